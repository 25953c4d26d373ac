/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The names of capabilities(7), and sets of them in words. */
#include "config.h"

#include "inspect/capnames.h"

#include <linux/capability.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/number.h"
#include "base/text.h"
#include "sys/procfs.h"

const char *const capability_names[] = {
	"chown",
	"dac_override",
	"dac_read_search",
	"fowner",
	"fsetid",
	"kill",
	"setgid",
	"setuid",
	"setpcap",
	"linux_immutable",
	"net_bind_service",
	"net_broadcast",
	"net_admin",
	"net_raw",
	"ipc_lock",
	"ipc_owner",
	"sys_module",
	"sys_rawio",
	"sys_chroot",
	"sys_ptrace",
	"sys_pacct",
	"sys_admin",
	"sys_boot",
	"sys_nice",
	"sys_resource",
	"sys_time",
	"sys_tty_config",
	"mknod",
	"lease",
	"audit_write",
	"audit_control",
	"setfcap",
	"mac_override",
	"mac_admin",
	"syslog",
	"wake_alarm",
	"block_suspend",
	"audit_read",
	"perfmon",
	"bpf",
	"checkpoint_restore",
};
const size_t capability_names_len = sizeof capability_names / sizeof *capability_names;

/* Headers that are older than the table are no fault; newer ones tell us that a name is missing. */
_Static_assert(CAP_LAST_CAP < sizeof capability_names / sizeof *capability_names, "each capability has a name");

uint64_t
capabilities_all(int proc)
{
	_autofree_ char *text = NULL;
	uint64_t last = capability_names_len - 1;

	if (procfs_read(proc, "sys/kernel/cap_last_cap", &text, NULL) == 0) {
		text[strcspn(text, "\n")] = '\0';
		number_parse(text, 63, &last);
	}
	return last == 63 ? UINT64_MAX : (UINT64_C(1) << (last + 1)) - 1;
}

char *
capability_name(unsigned number)
{
	return number < capability_names_len ? text_dup(capability_names[number]) : text_format("%u", number);
}

static char *
join_names(const char *before, uint64_t set)
{
	char *text = text_dup(before);

	for (unsigned i = 0; i < 64; i++) {
		_autofree_ char *name = NULL;
		char *longer;

		if (!(set >> i & 1))
			continue;
		name = capability_name(i);
		longer = text_format("%s%s%s", text, strcmp(text, before) == 0 ? "" : ", ", name);
		free(text);
		text = longer;
	}
	return text;
}

char *
capabilities_format(uint64_t set, uint64_t all)
{
	int held = __builtin_popcountll(set), known = __builtin_popcountll(all);

	if (set == 0)
		return text_dup("none");
	if (set == all)
		return text_format("all %d", known);
	if ((set & ~all) == 0 && held > known / 2)
		return join_names("all but ", all & ~set);
	return join_names("", set);
}
