/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a user's files of a kind are (XDG Base Directory Specification). */
#ifndef BASE_XDG_H
#define BASE_XDG_H

/*
 * `below` in the directory that the variable ("XDG_CONFIG_HOME") names, or else in `fallback` (".config") in the home
 * directory. A value that is no absolute path is passed over, as the specification wants. NULL: there is no home
 * either. The caller frees.
 */
char *xdg_path(const char *variable, const char *fallback, const char *below);

#endif
