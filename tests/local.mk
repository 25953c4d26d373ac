# SPDX-License-Identifier: GPL-3.0-or-later
# Tests. Each test of unit/ and e2e/ is run twice, as root and as an ordinary user: tests/lib/run-test reads
# which from the name of an empty stamp file, TEST.root.t or TEST.user.t. Gates are about the source tree and run once.

# One line for each tests/unit/NAME.c.
unit_tests = \
	%D%/unit/test_base_error \
	%D%/unit/test_base_file \
	%D%/unit/test_base_log \
	%D%/unit/test_base_number \
	%D%/unit/test_base_path \
	%D%/unit/test_base_text \
	%D%/unit/test_caps \
	%D%/unit/test_cmd \
	%D%/unit/test_complete \
	%D%/unit/test_confine \
	%D%/unit/test_elf \
	%D%/unit/test_environ \
	%D%/unit/test_error_json \
	%D%/unit/test_execchain \
	%D%/unit/test_finding \
	%D%/unit/test_fold \
	%D%/unit/test_identity \
	%D%/unit/test_inbox \
	%D%/unit/test_inspect_mounts \
	%D%/unit/test_inspect_processes \
	%D%/unit/test_inspect_who \
	%D%/unit/test_landlock \
	%D%/unit/test_machine \
	%D%/unit/test_miss \
	%D%/unit/test_noise \
	%D%/unit/test_options \
	%D%/unit/test_place_list \
	%D%/unit/test_plan \
	%D%/unit/test_protocol \
	%D%/unit/test_procnews \
	%D%/unit/test_record \
	%D%/unit/test_registry_record \
	%D%/unit/test_restate \
	%D%/unit/test_relay \
	%D%/unit/test_rootfs \
	%D%/unit/test_script \
	%D%/unit/test_spec \
	%D%/unit/test_terminal \
	%D%/unit/test_view \
	%D%/unit/test_tui_input \
	%D%/unit/test_tui_pane \
	%D%/unit/test_tui_pattern \
	%D%/unit/test_vt_screen \
	%D%/unit/test_vt_user \
	%D%/unit/test_watch \
	%D%/unit/test_why

# One line for each script, and for what the scripts need to have beside them, below one of script_folders.
script_tests =
script_data = \
	%D%/fixtures/bwrap.tree \
	%D%/fixtures/record.sh

# Scripts that make sense for one of the two alone.
script_root_tests =
script_user_tests =

# Programs that scripts find on their PATH.
script_programs = \
	isolate \
	$(tui_programs) \
	%D%/lib/await \
	%D%/lib/supervise
script_folders = lib e2e escape fault fuzz fixtures live screen watch

include tests/e2e/local.mk
include tests/escape/local.mk
include tests/fault/local.mk
include tests/fuzz/local.mk
include tests/live/local.mk
include tests/screen/local.mk
include tests/watch/local.mk
include tests/vt/local.mk
include tests/bench/local.mk

gates = \
	%D%/gates/binary.sh \
	%D%/gates/docs.sh \
	%D%/gates/form.sh \
	%D%/gates/includes.sh \
	%D%/gates/json.sh

LDADD = $(isolate_libraries)
if HAVE_CMOCKA
AM_CPPFLAGS += $(CMOCKA_CFLAGS)
LDADD += $(CMOCKA_LIBS)
check_PROGRAMS += $(unit_tests)
endif

%C%_unit_test_complete_LDADD = tui/libcomplete.a $(LDADD)

# Compares the deny list's numbers with libseccomp's.
libseccomp_tests = %D%/unit/test_seccomp
if HAVE_LIBSECCOMP
check_PROGRAMS += $(libseccomp_tests)
endif
%C%_unit_test_seccomp_CPPFLAGS = $(AM_CPPFLAGS) $(LIBSECCOMP_CFLAGS)
%C%_unit_test_seccomp_LDADD = $(LDADD) $(LIBSECCOMP_LIBS)

# The terminal is a library apart.
%C%_unit_test_tui_input_LDADD = tui/libcomplete.a $(LDADD)
%C%_unit_test_tui_pane_LDADD = tui/libcomplete.a tui/vt/libvt.a $(LDADD)
%C%_unit_test_tui_pattern_LDADD = tui/libcomplete.a $(LDADD)
%C%_unit_test_vt_screen_LDADD = tui/vt/libvt.a $(CMOCKA_LIBS)
%C%_unit_test_vt_user_LDADD = tui/vt/libvt.a $(CMOCKA_LIBS)

# Helpers of the scripts.
check_PROGRAMS += %D%/lib/supervise %D%/lib/await
%C%_lib_supervise_LDADD =
%C%_lib_await_LDADD =
test_library = \
	%D%/lib/as-user \
	%D%/lib/complete.zsh \
	%D%/lib/count-results \
	%D%/lib/run-test \
	%D%/lib/missed.sh \
	%D%/lib/tap.sh

EXTRA_DIST += %D%/unit/elf_sample.h %D%/unit/proc_tree.h
EXTRA_DIST += $(test_library) $(gates) $(script_tests) $(script_root_tests) $(script_user_tests) $(script_data)

root_stamps = $(unit_tests:=.root.t) $(libseccomp_tests:=.root.t) $(script_tests:=.root.t) $(script_root_tests:=.root.t)
user_stamps = $(unit_tests:=.user.t) $(libseccomp_tests:=.user.t) $(script_tests:=.user.t) $(script_user_tests:=.user.t)
$(root_stamps) $(user_stamps):
	@$(MKDIR_P) $(@D) && : > $@
MOSTLYCLEANFILES += $(root_stamps) $(user_stamps)

TESTS += $(gates) $(root_stamps) $(user_stamps)
TEST_EXTENSIONS = .t .sh
tap_driver = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh --comments
T_LOG_DRIVER = $(tap_driver)
T_LOG_COMPILER = $(SHELL) $(top_srcdir)/%D%/lib/run-test
SH_LOG_DRIVER = $(tap_driver)
SH_LOG_COMPILER = $(SHELL)
AM_TESTS_ENVIRONMENT = \
	top_srcdir='$(abs_top_srcdir)'; export top_srcdir; \
	top_builddir='$(abs_top_builddir)'; export top_builddir; \
	script_programs='$(script_programs)'; export script_programs; \
	script_folders='$(script_folders)'; export script_folders; \
	COVERAGE='$(isolate_coverage)'; export COVERAGE; \
	hardening='$(isolate_hardening)'; export hardening; \
	HAVE_CMOCKA='$(have_cmocka)'; export HAVE_CMOCKA; \
	HAVE_LIBSECCOMP='$(have_libseccomp)'; export HAVE_LIBSECCOMP;

# How much of each source the tests reach, least first: gcov's own figures, of 'make check' in a build with --enable-coverage. What
# runs between clone and exec ends without writing its counts, and is not in them.
.PHONY: coverage
coverage:
	rm -rf coverage && gcov-tool merge -o coverage /var/tmp/isolate-coverage/root /var/tmp/isolate-coverage/user
	@cd coverage/$(abs_top_builddir) && for file in $$(find src -name '*.gcda'); do \
		cp $(abs_top_builddir)/$${file%.gcda}.gcno $${file%/*} && gcov -n $$file; \
	done | awk -F "[':%]" '\
		/^File/ { file = $$2 } \
		/^Lines/ && sub(/.*\/src\//, "src/", file) && $$2 + 0 >= reached[file] { reached[file] = $$2 + 0 } \
		END { for (file in reached) printf "%6.1f %%  %s\n", reached[file], file }' | sort -n
