/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What namespaces are, in plain words. */
#include "config.h"

#include "cmd/ns_words.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "base/text.h"

const struct ns_words ns_words[NS_KINDS] = {
	[NS_USER] = {
		"users and groups",
		"Who you are, and what you may do. Ids inside stand for ids outside, by a map; capabilities count"
		" only in here, and for what this namespace owns: the other namespaces in this list. So somebody "
		"can be root inside and have no right more outside.",
		"cat /proc/self/uid_map",
		"unshare --user --map-root-user",
	},
	[NS_MNT] = {
		"mounts",
		"The list of mounts: which directory is seen at which path. Whoever is in it sees the mounts that"
		" were made in it. What is mounted or taken away in here changes nothing outside, though the "
		"files themselves are the same on both sides.",
		"cat /proc/self/mountinfo",
		"unshare --user --map-root-user --mount",
	},
	[NS_PID] = {
		"process numbers",
		"The numbers of processes. The first process in it is number 1, and when that one ends the kernel"
		" ends all others. Each has a number outside too: from outside they can be seen, from inside "
		"nobody outside can be seen, signalled or traced.",
		"ps -e",
		"unshare --user --map-root-user --pid --fork --mount-proc",
	},
	[NS_NET] = {
		"network",
		"Network interfaces, addresses, routes, ports, and sockets with abstract names. A new one has a "
		"loopback and nothing else, so nothing goes in or out; and two programs in two of them can listen"
		" on the same port.",
		"cat /proc/net/dev",
		"unshare --user --map-root-user --net",
	},
	[NS_IPC] = {
		"shared memory and message queues",
		"System V shared memory, semaphores and message queues, and POSIX message queues: what is made in"
		" one is not there in another.",
		"ipcs",
		"unshare --user --map-root-user --ipc",
	},
	[NS_UTS] = {
		"host name",
		"The host name and the NIS domain name. They can be others in here, and the machine keeps its "
		"own.",
		"uname -n",
		"unshare --user --map-root-user --uts",
	},
	[NS_CGROUP] = {
		"root of the control groups",
		"Where the tree of control groups seems to begin. The groups and their limits stay what they are;"
		" but inside their paths begin at the sandbox's own group, and do not tell where that is on the "
		"machine.",
		"cat /proc/self/cgroup",
		"unshare --user --map-root-user --cgroup",
	},
};

/* "mounts, network and host name" of those that are (or are not) the caller's; NULL: there are none. */
static char *
list_names(const struct ns_view views[NS_KINDS], bool same)
{
	char *text = NULL;
	int left = 0;

	for (int kind = 0; kind < NS_KINDS; kind++)
		left += views[kind].status == 0 && views[kind].outside != 0 && views[kind].same == same;
	for (int kind = 0; kind < NS_KINDS; kind++) {
		char *longer;

		if (views[kind].status < 0 || views[kind].outside == 0 || views[kind].same != same)
			continue;
		left--;
		longer = text_format("%s%s%s", text ? text : "", !text ? "" : left == 0 ? " and " : ", ",
				     ns_words[kind].name);
		free(text);
		text = longer;
	}
	return text;
}

char *
ns_summary(const struct ns_view views[NS_KINDS])
{
	_autofree_ char *own = list_names(views, false), *shared = list_names(views, true);

	if (!own)
		return text_dup("it has no namespace of its own: it sees the machine as you do");
	if (!shared)
		return text_format("it has its own %s, and shares none of them with you", own);
	return text_format("it has its own %s; %s: the same as yours", own, shared);
}
