/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What relative names and ~ are to the user who gives a command in this process. */
#ifndef CMD_USER_PATHS_H
#define CMD_USER_PATHS_H

/* The logical current directory; NULL: it is gone. The caller frees. */
char *user_directory(void);

/* $HOME, or what the account says, as at the start of a session. The caller frees. */
char *user_home(void);

#endif
