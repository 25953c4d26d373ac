# SPDX-License-Identifier: GPL-3.0-or-later
# The programs with a terminal library. They are started by isolate, which looks for them beside itself and in
# $(pkglibexecdir), under these names: so --program-transform-name is not for them, and automake may not install them.
tui_programs =
noinst_PROGRAMS += $(tui_programs)

# The libraries of isolate that they use, in the direction of use.
tui_libraries = \
	src/cmd/libcmd.a \
	src/session/libsession.a \
	src/watch/libwatch.a \
	src/sandbox/libsandbox.a \
	src/inspect/libinspect.a \
	src/sys/libsys.a \
	src/base/libbase.a

if HAVE_JANSSON
tui_programs += isolate-kernelspec
endif

# What a command line could go on with, and the pane without the screen: what a terminal sends for it, and the program's
# side. Without a terminal library, so it is made, and tested, everywhere.
noinst_LIBRARIES += %D%/libcomplete.a
%C%_libcomplete_a_SOURCES = \
	%D%/complete.c \
	%D%/complete.h \
	%D%/input.c \
	%D%/input.h \
	%D%/notice.c \
	%D%/notice.h \
	%D%/pane.c \
	%D%/pane.h \
	%D%/pattern.c \
	%D%/pattern.h \
	%D%/typed.c \
	%D%/typed.h

if HAVE_READLINE
tui_programs += isolate-prompt
endif
isolate_prompt_SOURCES = \
	%D%/candidates.c \
	%D%/candidates.h \
	%D%/history.c \
	%D%/history.h \
	%D%/lineedit.c \
	%D%/lineedit.h \
	%D%/prompt.c
isolate_prompt_CFLAGS = $(AM_CFLAGS) $(READLINE_CFLAGS)
isolate_prompt_LDADD = %D%/libcomplete.a $(tui_libraries) $(READLINE_LIBS)
isolate_prompt_LDFLAGS = $(AM_LDFLAGS)

if HAVE_INSPECT
tui_programs += isolate-inspect
endif
isolate_inspect_SOURCES = \
	%D%/actions.c \
	%D%/actions_complete.c \
	%D%/actions.h \
	%D%/aide.c \
	%D%/aide.h \
	%D%/answer.c \
	%D%/answer.h \
	%D%/app.c \
	%D%/app.h \
	%D%/attempts.h \
	%D%/candidates.c \
	%D%/candidates.h \
	%D%/confine.c \
	%D%/confine.h \
	%D%/copy.c \
	%D%/copy.h \
	%D%/crossing.c \
	%D%/crossing.h \
	%D%/defaults.c \
	%D%/desk.c \
	%D%/desk.h \
	%D%/desk_draw.c \
	%D%/details.c \
	%D%/details.h \
	%D%/event_words.c \
	%D%/event_words.h \
	%D%/form.c \
	%D%/form.h \
	%D%/history.c \
	%D%/history.h \
	%D%/inspect.c \
	%D%/keys.c \
	%D%/keys.h \
	%D%/desk_layout.c \
	%D%/desk_layout.h \
	%D%/line.c \
	%D%/line.h \
	%D%/loop.c \
	%D%/loop.h \
	%D%/rows.c \
	%D%/rows.h \
	%D%/screen.c \
	%D%/screen.h \
	%D%/settings.c \
	%D%/settings.h \
	%D%/sheet.c \
	%D%/sheet.h \
	%D%/source.c \
	%D%/source.h \
	%D%/tabs.c \
	%D%/tabs.h \
	%D%/theme.c \
	%D%/theme.h \
	%D%/truecolor.c \
	%D%/truecolor.h \
	%D%/view.c \
	%D%/view.h \
	%D%/view_keys.c \
	%D%/view_keys.h
isolate_inspect_CFLAGS = $(AM_CFLAGS) $(NCURSESW_CFLAGS) $(READLINE_CFLAGS) $(JANSSON_CFLAGS)
isolate_inspect_LDADD = %D%/libcomplete.a %D%/vt/libvt.a $(tui_libraries) $(NCURSESW_LIBS) $(READLINE_LIBS) $(JANSSON_LIBS)
isolate_inspect_LDFLAGS = $(AM_LDFLAGS)

install-exec-local: $(tui_programs)
	$(MKDIR_P) "$(DESTDIR)$(pkglibexecdir)"
	for program in $(tui_programs); do \
		$(INSTALL_PROGRAM) "$$program" "$(DESTDIR)$(pkglibexecdir)/$$program" || exit; \
	done
uninstall-local: uninstall-tui
.PHONY: uninstall-tui
uninstall-tui:
	for program in isolate-inspect isolate-kernelspec isolate-prompt; do \
		rm -f "$(DESTDIR)$(pkglibexecdir)/$$program" || exit; \
	done
	-rmdir "$(DESTDIR)$(pkglibexecdir)" 2>/dev/null
