/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of the commands. */
#include "config.h"

#include "cmd/table.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

const struct command command_table[] = {
	{ .name = "mounts",
	  .arguments = { { "--origin", "ORIGIN", ARGUMENT_WORDS, ORIGIN_WORDS, false },
			 { NULL, "PATH", ARGUMENT_INSIDE_PATH, NULL, false } },
	  .help = "what is mounted, and which path outside each mount shows",
	  .man = "Each mount with the path inside, the path outside that it shows, the type of the "
		 "file system, the flags, how it takes part in later mounts (propagation), and where "
		 "it comes from. An outside path in brackets says why there is none to go to: the file "
		 "system exists inside only, the directory has been removed, another mount covers it, "
		 "or that part is not mounted outside. With PATH only the mount that the path lies on "
		 "and those below the path, with --origin only mounts of that origin.\n\n"
		 "Locked means that nothing inside can unmount it or lift its flags. The kernel does "
		 "not show that; it follows from who owns the mount namespace, from the capabilities "
		 "that the process can still get, and from what is mounted outside in the same way. A "
		 "mark says where it is not known.",
	  .run = command_mounts },
	{ .name = "who",
	  .arguments = { { NULL, "PID", ARGUMENT_PID, NULL, false } },
	  .help = "who the process is, inside and outside",
	  .man = "User, groups, capabilities and the rest in two columns: as it is outside and as it "
		 "is inside. What has a name on either side is told as both call it; what a process "
		 "simply has (the host name, no_new_privs, seccomp, umask, limits) is told beside your "
		 "own. Below stands the chain of user namespaces, from yours to the process's, each "
		 "with its owner and its maps, and what all this means in one sentence. PID, a process "
		 "of the same sandbox by its number outside, asks for that one.",
	  .run = command_who },
	{ .name = "ns",
	  .help = "the namespaces: whose they are, and what they isolate",
	  .man = "For each kind of namespace the number of yours and of the process's, whether they "
		 "are the same, which user namespace owns it and who made that, and what such a "
		 "namespace isolates.",
	  .run = command_ns },
	{ .name = "ps",
	  .help = "the processes, with their numbers inside and outside",
	  .man = "The processes of the sandbox as a tree: those of its pid namespace and of pid "
		 "namespaces within. Where it has no pid namespace of its own, those that are in the "
		 "same mount namespace, or else user namespace. The user is told by the name outside.",
	  .run = command_ps },
	{ .name = "help",
	  .arguments = { { NULL, "COMMAND", ARGUMENT_COMMAND, NULL, false } },
	  .help = "the commands, or one of them in detail",
	  .man = "Without COMMAND one line for each command.",
	  .without_target = true,
	  .run = command_help },
};
const size_t command_table_len = COUNT(command_table);

const struct command *
command_find(const char *name)
{
	for (size_t i = 0; i < command_table_len; i++)
		if (strcmp(command_table[i].name, name) == 0)
			return &command_table[i];
	return NULL;
}

char *
command_usage(const struct command *command)
{
	char *usage = text_dup(command->name);

	for (size_t i = 0; i < ARGUMENTS_MAX && command->arguments[i].name; i++) {
		const struct argument *argument = &command->arguments[i];
		const char *option = argument->option ? argument->option : "";
		const char *open = argument->required ? "" : "[", *close = argument->required ? "" : "]";
		const char *gap = argument->option ? " " : "";
		char *longer = text_format("%s %s%s%s%s%s", usage, open, option, gap, argument->name, close);

		free(usage);
		usage = longer;
	}
	return usage;
}
