/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who watches the session that is joined. In a session whose system calls are notified of, so are those of a program
 * that joins, which hands its listener over (sandbox/keeper.h): the session is asked for where to.
 */
#ifndef SESSION_WATCHER_H
#define SESSION_WATCHER_H

/*
 * Asks the control process of the session of that name. The socket, CLOEXEC and the caller's; or negative, with
 * *ret_why why the program will not be watched, or NULL where nobody would expect it to be: what is missing is seen
 * in another way, or in none.
 */
int watcher_find(const char *session, const char **ret_why);

#endif
