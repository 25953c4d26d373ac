/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The life of a session's control process: connections, commands, answers, events. */
#ifndef CMD_SERVE_H
#define CMD_SERVE_H

#include "session/control.h"

/* A control_server. */
void serve_session(const struct control_service *service);

#endif
