# SPDX-License-Identifier: GPL-3.0-or-later
# complete.zsh FILE LINE: what zsh, on a terminal of its own, makes of LINE and a Tab, with FILE as the completion of isolate.
zmodload zsh/zpty || exit
folder=$(mktemp -d) && cp "$1" "$folder/_isolate" || exit
cat >"$folder/.zshrc" <<'END'
fpath=($ZDOTDIR $fpath)
autoload -U compinit
compinit -u -D
PS1=
show() {
	zle complete-word
	print -r -- "<<$BUFFER>>"
}
zle -N show
bindkey '^I' show
print READY
END
export TERM=dumb ZDOTDIR=$folder
zpty shell zsh -d -i
zpty -r shell text '*READY*'
zpty -w -n shell "$2"$'\t'
zpty -r shell text '*<<*>>*'
zpty -d shell
rm -r "$folder"
print -r -- "${${text##*<<}%%>>*}"
