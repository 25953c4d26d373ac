# SPDX-License-Identifier: GPL-3.0-or-later
# What src/docgen makes from the tables of the program and a template beside the result's place.
generated_docs = \
	completions/isolate.bash \
	completions/isolate.fish \
	completions/isolate.zsh \
	%D%/isolate.1

doc_templates = $(generated_docs:=.in)
EXTRA_DIST += $(doc_templates) %D%/SECURITY.md %D%/isolate.sh.1 %D%/isolate-control.7
EXTRA_DIST += %D%/isolate-inspect.1
EXTRA_DIST += %D%/COMMANDS.md %D%/CONTROL.md %D%/REPORT.md %D%/PANE-CONFORMANCE.md %D%/LAB.md
CLEANFILES += $(generated_docs)
all-local: $(generated_docs)
$(generated_docs): $(doc_templates) src/docgen$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) $(@D) && src/docgen$(EXEEXT) <$(srcdir)/$@.in >$@.tmp && mv $@.tmp $@

# Where shells look for completions by themselves. File and contents follow the name that the program is installed as.
bashcompletiondir = $(datadir)/bash-completion/completions
zshcompletiondir = $(datadir)/zsh/site-functions
fishcompletiondir = $(datadir)/fish/vendor_completions.d
install-data-local: $(generated_docs)
	$(MKDIR_P) "$(DESTDIR)$(bashcompletiondir)" "$(DESTDIR)$(zshcompletiondir)" "$(DESTDIR)$(fishcompletiondir)"
	name=$(installed_name) && \
	sed "s/^complete -F _isolate isolate$$/complete -F _isolate $$name/" completions/isolate.bash \
		>"$(DESTDIR)$(bashcompletiondir)/$$name" && \
	sed "s/^#compdef isolate$$/#compdef $$name/" completions/isolate.zsh >"$(DESTDIR)$(zshcompletiondir)/_$$name" && \
	sed "s/^complete -c isolate /complete -c $$name /" completions/isolate.fish >"$(DESTDIR)$(fishcompletiondir)/$$name.fish"
uninstall-local: uninstall-completions uninstall-manual uninstall-apparmor
.PHONY: uninstall-completions
uninstall-completions:
	name=$(installed_name) && rm -f "$(DESTDIR)$(bashcompletiondir)/$$name" "$(DESTDIR)$(zshcompletiondir)/_$$name" \
		"$(DESTDIR)$(fishcompletiondir)/$$name.fish"

# Not by automake: what it makes of isolate.sh is not the name that src/local.mk gives to the program.
install-data-local: install-manual
.PHONY: install-manual uninstall-manual
install-manual: %D%/isolate.1
	$(MKDIR_P) "$(DESTDIR)$(mandir)/man1" "$(DESTDIR)$(mandir)/man7"
	name=$(installed_name) && \
	$(INSTALL_DATA) %D%/isolate.1 "$(DESTDIR)$(mandir)/man1/$$name.1" && \
	$(INSTALL_DATA) $(srcdir)/%D%/isolate.sh.1 "$(DESTDIR)$(mandir)/man1/$$name.sh.1" && \
	$(INSTALL_DATA) $(srcdir)/%D%/isolate-inspect.1 "$(DESTDIR)$(mandir)/man1/$$name-inspect.1" && \
	$(INSTALL_DATA) $(srcdir)/%D%/isolate-control.7 "$(DESTDIR)$(mandir)/man7/$$name-control.7"
uninstall-manual:
	name=$(installed_name) && rm -f "$(DESTDIR)$(mandir)/man1/$$name.1" "$(DESTDIR)$(mandir)/man1/$$name.sh.1" \
		"$(DESTDIR)$(mandir)/man1/$$name-inspect.1" "$(DESTDIR)$(mandir)/man7/$$name-control.7"

# As documentation: only root of the machine may put it to use, see its head. It names the installed program.
EXTRA_DIST += %D%/apparmor/isolate.in
install-data-local: install-apparmor
.PHONY: install-apparmor uninstall-apparmor
install-apparmor:
	$(MKDIR_P) "$(DESTDIR)$(docdir)/apparmor"
	name=$(installed_name) && sed "s|@NAME@|$$name|; s|@PROGRAM@|$(bindir)/$$name|" $(srcdir)/%D%/apparmor/isolate.in \
		>"$(DESTDIR)$(docdir)/apparmor/isolate"
uninstall-apparmor:
	rm -f "$(DESTDIR)$(docdir)/apparmor/isolate"
	-rmdir "$(DESTDIR)$(docdir)/apparmor" 2>/dev/null

# The pictures of the README, anew, from real screens (needs tmux). As root they are made by the tests' user.
EXTRA_DIST += $(pictures) %D%/pictures/make.sh %D%/pictures/make.py %D%/pictures/svg.py
pictures = \
	%D%/pictures/cured.svg \
	%D%/pictures/failed.svg \
	%D%/pictures/identity.svg \
	%D%/pictures/misses.svg \
	%D%/pictures/mounts.svg \
	%D%/pictures/namespaces.svg \
	%D%/pictures/pane.svg
pictures: all
	$(SHELL) $(srcdir)/%D%/pictures/make.sh $(abs_top_builddir) $(abs_srcdir)/%D%/pictures
.PHONY: pictures
