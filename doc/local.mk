# SPDX-License-Identifier: GPL-3.0-or-later
# The manual page, the completions and the AppArmor profile.

# Where shells look for completions by themselves: under the names that the program is installed as.
bashcompletiondir = $(datadir)/bash-completion/completions
zshcompletiondir = $(datadir)/zsh/site-functions
fishcompletiondir = $(datadir)/fish/vendor_completions.d
