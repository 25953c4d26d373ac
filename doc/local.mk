# SPDX-License-Identifier: GPL-3.0-or-later
# What src/docgen makes from the tables of the program and a template beside the result's place.
generated_docs = \
	completions/isolate.bash \
	completions/isolate.fish \
	completions/isolate.zsh

doc_templates = $(generated_docs:=.in)
EXTRA_DIST += $(doc_templates)
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
uninstall-local: uninstall-completions
.PHONY: uninstall-completions
uninstall-completions:
	name=$(installed_name) && rm -f "$(DESTDIR)$(bashcompletiondir)/$$name" "$(DESTDIR)$(zshcompletiondir)/_$$name" \
		"$(DESTDIR)$(fishcompletiondir)/$$name.fish"
