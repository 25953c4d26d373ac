/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A session whose payload has the caller's own descriptors: no relay, only signals and the end. */
#ifndef SESSION_DIRECT_H
#define SESSION_DIRECT_H

#include "session/inbox.h"
#include "session/session.h"

/* For GROUP_OWN and GROUP_SHARED; as session_run(). */
int direct_run(const struct plan *plan, enum launch_group group, struct inbox *inbox, struct control *control,
	       session_explainer *explain, struct outcome *ret, struct error *err);

#endif
