/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Why a machine refuses a user namespace, or a fresh /proc: facts, read below a root directory so that recorded trees
 * can be judged too, and judgement, which looks at nothing else.
 */
#ifndef INSPECT_REFUSAL_H
#define INSPECT_REFUSAL_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"
#include "inspect/unit.h"
#include "sys/ns.h"

/* How far a sandbox's namespaces can be made. */
enum userns_step {
	USERNS_UNKNOWN,	   /* it failed a moment ago and does not now */
	USERNS_CREATE,	   /* the user namespace */
	USERNS_NAMESPACES, /* those that it owns */
	USERNS_MAP,	   /* its uid_map, gid_map and setgroups */
	USERNS_INNER,	   /* the payload's own, in it */
};

struct userns_facts {
	bool has_proc;		     /* /proc is mounted, and shows the caller */
	bool has[NS_KINDS];	     /* the kernel has such namespaces */
	long long max[NS_KINDS];     /* user.max_*_namespaces; -1: unknown */
	int unprivileged_clone;	     /* kernel.unprivileged_userns_clone (Debian); -1: there is none */
	int apparmor_restrict;	     /* kernel.apparmor_restrict_unprivileged_userns (Ubuntu); -1: there is none */
	char apparmor_label[128];    /* of the caller: "unconfined", "docker-default (enforce)"; "" without AppArmor */
	bool selinux;		     /* enforcing */
	int seccomp;		     /* mode of the caller; 2: a filter; -1: unknown */
	bool uid_mapped, gid_mapped; /* the caller's ids have a number in the user namespace that it is in */
	bool bare_root;		     /* it is root in here, without CAP_SETFCAP */
	bool initial;		     /* which is the first one: all ids are mapped to themselves */
	bool chrooted;		     /* its root is no mount point, as only after chroot(2) */
};

/* root: O_PATH descriptor of "/". What cannot be read is unknown. */
void userns_facts_read(int root, uid_t uid, gid_t gid, struct userns_facts *ret);

/* Adds the causes that explain errnum at that step, and their remedies, as hints. */
void userns_explain(const struct userns_facts *facts, enum userns_step step, int errnum, struct error *err);

struct proc_facts {
	bool mounted; /* a whole procfs is mounted on /proc */
	bool read_only;
	bool subset;		   /* with subset=pid */
	struct place_list covered; /* what of it is covered by other mounts */
};

void proc_facts_read(int root, struct proc_facts *ret);
void proc_facts_release(struct proc_facts *facts);
void proc_explain(const struct proc_facts *facts, struct error *err);

#endif
