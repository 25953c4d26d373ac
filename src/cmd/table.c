/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of the commands. */
#include "config.h"

#include "cmd/table.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "sandbox/spec.h"

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
	  .about_mounts = true,
	  .only_looks = true,
	  .run = command_mounts },
	{ .name = "mount",
	  .arguments = { { NULL, "SPEC…", ARGUMENT_SPECS, NULL, true } },
	  .help = "mount more, while the sandbox runs",
	  .man = "The specs are those of --mnt, with all their flags; relative names and ~ are yours. All of "
		 "them are mounted or none. A spec that is wrong is shown with a mark under the place. "
		 "A mount point that does not exist is made in the sandbox's own memory, never on the host; "
		 "where that cannot be, the spec is refused.",
	  .about_mounts = true,
	  .run = command_mount },
	{ .name = "umount",
	  .arguments = { { "-l", "lazily", ARGUMENT_FLAG, NULL, false },
			 { NULL, "PATH", ARGUMENT_PLACE, NULL, true } },
	  .help = "take a mount away",
	  .man = "The mount at PATH, a path inside, relative to your directory if it does not begin with a "
		 "slash, goes with those that came with it. If it is busy it stays, and you get a table of "
		 "the processes that use it and how: an open descriptor, the current or the root directory, "
		 "the program, a mapping. With -l it is taken away from sight at once, and who uses it "
		 "keeps it. What programs cannot do without is refused: the root, /proc, the devices.",
	  .about_mounts = true,
	  .run = command_umount },
	{ .name = "remount",
	  .arguments = { { NULL, "ro|rw", ARGUMENT_WORDS, "ro rw", true },
			 { NULL, "PATH", ARGUMENT_PLACE, NULL, true } },
	  .help = "make a mount read-only or writable",
	  .man = "The mount at PATH, as in :umount, and all mounts below it. What is read-only outside stays "
		 "so, with a note. While a process has a file there open for writing it cannot become "
		 "read-only; the processes are shown as by :umount. What was read-only for a while does not "
		 "follow any more what is mounted outside below it.",
	  .about_mounts = true,
	  .run = command_remount },
	{ .name = "undo",
	  .help = "take back the last change of the mounts",
	  .man = "The last :mount, :umount or :remount, as a whole, by whomever it was given; once more for the one "
		 "before. What has become busy since stays, as with :umount. A session remembers them all; for a "
		 "sandbox that isolate did not start, whoever gives the commands does, so that only a prompt or an "
		 "inspector can undo.",
	  .about_mounts = true,
	  .run = command_undo },
	{ .name = "save",
	  .arguments = { { "-m", "as options", ARGUMENT_FLAG, NULL, false },
			 { NULL, "profile|kernelspec", ARGUMENT_WORDS, "profile kernelspec", false },
			 { NULL, "NAME", ARGUMENT_NAME, NULL, false } },
	  .help = "keep the session as it is now, to start from next time",
	  .man = "With -m the options are shown that start a session like this one is now, with what was mounted, "
		 "unmounted and remounted since. `profile NAME` writes them to a profile, which "
		 "`isolate --profile NAME` reads; one of that name is replaced. "
		 "`kernelspec NAME` writes a kernelspec for Jupyter that starts the "
		 "session's Python as a kernel; the directory of the notebook takes the place of the one that the "
		 "session was started in. Only of a session that isolate started.",
	  .about_mounts = true,
	  .run = command_save },
	{ .name = "events",
	  .arguments = { { "--decide", "to decide", ARGUMENT_FLAG, NULL, false } },
	  .help = "follow what changes: a line for each event",
	  .man = "Goes on until the session ends or you interrupt it. Told are mounts that appear, go away or "
		 "change, processes that fork, execute a program and end, who joined and left, and which commands "
		 "were given by whom: the name and the number of the client; and in a session that is watched, what "
		 "is missed, which calls wait for a decision, and who has decided what. Where too much happens at "
		 "once it is counted. What processes do the kernel tells an ordinary user since Linux 6.6, outside of "
		 "containers; where it does not, that is said first. An idle session wakes nobody.\n\n"
		 "With --decide you are there to decide, in a session with --on-miss=ask: calls wait for you as long "
		 "as you follow. When the last one goes who does, in whatever way, those that wait fail as they would "
		 "have.",
	  .about_mounts = true,
	  .run = command_events },
	{ .name = "who",
	  .arguments = { { NULL, "PID", ARGUMENT_PID, NULL, false } },
	  .help = "who the process is, inside and outside",
	  .man = "User, groups, capabilities and the rest in two columns: as it is outside and as it "
		 "is inside. What has a name on either side is told as both call it; what a process "
		 "simply has (the host name, no_new_privs, seccomp, umask, limits) is told beside your "
		 "own. Below stands the chain of user namespaces, from yours to the process's, each "
		 "with its owner and its maps, and what all this means in one sentence. PID, a process "
		 "of the same sandbox by its number outside, asks for that one.",
	  .only_looks = true,
	  .run = command_who },
	{ .name = "ns",
	  .help = "the namespaces: whose they are, and what they isolate",
	  .man = "For each kind of namespace the number of yours and of the process's, whether they "
		 "are the same, which user namespace owns it and who made that, and what such a "
		 "namespace isolates.",
	  .only_looks = true,
	  .run = command_ns },
	{ .name = "ps",
	  .help = "the processes, with their numbers inside and outside",
	  .man = "The processes of the sandbox as a tree: those of its pid namespace and of pid "
		 "namespaces within. Where it has no pid namespace of its own, those that are in the "
		 "same mount namespace, or else user namespace. The user is told by the name outside.",
	  .only_looks = true,
	  .run = command_ps },
	{ .name = "exec",
	  .arguments = { { NULL, "PROG…", ARGUMENT_PROGRAM, NULL, true } },
	  .help = "run a program in the session",
	  .man = "Runs PROG with its arguments in the session as isolate --join does: with the rights of the "
		 "payload and not one more. It has the terminal, or the standard input, output and error, of "
		 "the one who gives the command, whose exit status is the program's. With --json an answer "
		 "says, after the program's end, how it ended.",
	  .run = command_exec },
	{ .name = "kill",
	  .arguments = { { "-", "SIG", ARGUMENT_SIGNAL, NULL, false }, { NULL, "PID", ARGUMENT_PID, NULL, true } },
	  .help = "send a signal to a process of the sandbox",
	  .man = "PID is the number outside, as :ps shows it, of a process in the sandbox's pid namespace or "
		 "in one within. Any other is refused, so that a mistyped number cannot hit a process of "
		 "yours. SIG is a name, with or without SIG in front, or a number; without it TERM. When "
		 "process 1 of the sandbox ends, all of it does.",
	  .run = command_kill },
	{ .name = "why",
	  .arguments = { { NULL, "PATH", ARGUMENT_PLACE, NULL, true } },
	  .help = "why something is not to be had inside, and what cures it",
	  .man = "Both sides are walked, link by link, and compared: the path is missing outside too; it is not "
		 "mounted, from which directory on; a mount covers it; a symbolic link leads to what is not there; "
		 "its interpreter, its loader or a library is not there; it is read-only; you have no permission; "
		 "it is something else than it should be, or another file by now; or it works. Where a mount is the "
		 "cure, it is told as a spec, of the useful unit: the prefix of a conda or virtual environment, a "
		 "repository, a mount point, a directory; never all of a home directory or of /etc.",
	  .only_looks = true,
	  .run = command_why },
	{ .name = "misses",
	  .arguments = { { "--noise", "what is folded", ARGUMENT_FLAG, NULL, false } },
	  .help = "what programs asked for that is outside and not inside",
	  .man = "In a session that is watched (--trace): the paths, grouped by the mount that would cure them, the "
		 "newest first, each group with how often it was asked for and its last path; before them stands what "
		 "calls "
		 "wait for (--on-miss=ask). What programs ask for "
		 "all the time and nobody needs is left out but with --noise. :why PATH tells more of one.",
	  .only_looks = true,
	  .run = command_misses },
	{ .name = "allow",
	  .arguments = { { "-w", "writable", ARGUMENT_FLAG, NULL, false },
			 { NULL, "PATH|SPEC…", ARGUMENT_CURE, NULL, true } },
	  .help = "mount what cures a miss, and let the calls that wait for it go on",
	  .man = "Of a PATH that was missed the cure is mounted as :why and :misses tell it, read-only, or with -w "
		 "writable; "
		 "the answer says which spec that was. Of a SPEC that is mounted and nothing else. Either way the "
		 "calls that wait for something there (--on-miss=ask) go on and find it, as they do after a :mount. "
		 "Nothing is kept beyond this session, unless :save does; :undo takes the mount back.",
	  .about_mounts = true,
	  .run = command_allow },
	{ .name = "deny",
	  .arguments = { { NULL, "PATH…", ARGUMENT_MISSES, NULL, false } },
	  .help = "let the calls that wait for a path fail, now and later",
	  .man = "Calls that wait for PATH or something below it (--on-miss=ask) fail as they would have without a "
		 "watch, and later ones do not wait any more. Without PATH all that wait now, and later ones for the "
		 "same paths as long as :misses tells of them. "
		 "What --allow names around it is not mounted whole then, but a part without it. "
		 "A mount there helps all the same. :ignore -u PATH takes it back.",
	  .run = command_deny },
	{ .name = "ignore",
	  .arguments = { { "-u", "again", ARGUMENT_FLAG, NULL, false },
			 { NULL, "PATH…", ARGUMENT_MISSES, NULL, true } },
	  .help = "do not tell any more of what was missed at a path",
	  .man = "What is missed at PATH and below it, now and later, is left out of :misses but with --noise. Calls "
		 "for it "
		 "fail, as after :deny. With -u what was said of it by :ignore or :deny is taken back. 256 such "
		 "decisions are kept; one more is an error, and changes nothing.",
	  .run = command_ignore },
	{ .name = "help",
	  .arguments = { { NULL, "COMMAND", ARGUMENT_COMMAND, NULL, false } },
	  .help = "the commands, or one of them in detail",
	  .man = "Without COMMAND one line for each command.",
	  .without_target = true,
	  .only_looks = true,
	  .run = command_help },
	{ .name = "restart",
	  .help = "end the program, and start it again with the mounts as they are now",
	  .man = "In a session that was started with --inspect. Everything inside ends, and a sandbox is made "
		 "with what :save -m tells: the mounts as they have become, and all options. The session keeps "
		 "its name. Where the program could not be started, or has failed, the session waits for this.",
	  .without_target = true,
	  .run = command_restart },
	{ .name = "quit",
	  .help = "end the prompt, or close the inspector; the session goes on",
	  .man = "Nothing else ends by it: the sandbox, and what was mounted, stay as they are.",
	  .without_target = true,
	  .run = command_quit },
	{ .name = "detach",
	  .help = "the same as :quit",
	  .man = "Another name for :quit.",
	  .without_target = true,
	  .run = command_quit },
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

const char *const *
argument_spec_flags(void)
{
	static const char *names[32 + 1]; /* the flags are bits of a number */

	for (size_t i = 0; i < spec_flags_len; i++)
		names[i] = spec_flags[i].name;
	return names;
}

char *
command_usage(const struct command *command)
{
	char *usage = text_dup(command->name);

	for (size_t i = 0; i < ARGUMENTS_MAX && command->arguments[i].name; i++) {
		const struct argument *argument = &command->arguments[i];
		const char *option = argument->option ? argument->option : "";
		const char *open = argument->required ? "" : "[", *close = argument->required ? "" : "]";
		const char *name = argument->kind == ARGUMENT_FLAG ? "" : argument->name;
		const char *gap = argument->option && *name && argument->kind != ARGUMENT_SIGNAL ? " " : "";
		char *longer = text_format("%s %s%s%s%s%s", usage, open, option, gap, name, close);

		free(usage);
		usage = longer;
	}
	return usage;
}
