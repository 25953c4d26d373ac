/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of the options: what each is called, and what is said about it. What it does is in option_apply.c. */
#include "config.h"

#include "option_apply.h"
#include "options.h"

const struct option_row option_rows[] = {
	{
		.short_name = 'm', .long_name = "mnt", .arg = "SPECS", .complete = COMPLETE_SPECS, .group = "Files",
		.profile = PROFILE_TIGHTENS,
		.help = "what is there inside; may be repeated; default '.'",
		.man = "What there is inside, beside the default view: specs separated by white space, see\n"
		       ".Sx SPECS .\n"
		       "May be repeated.\n"
		       "Without it the environment's\n"
		       ".Ev MNTDIRS\n"
		       "gives the specs, and without that the spec is\n"
		       ".Ql .\\& ,\n"
		       "the current directory.\n"
		       "Whoever gives\n"
		       ".Fl m\n"
		       "and wants the current directory too has to name it:\n"
		       ".Ql -m '. /opt/x' .\n",
		.apply = apply_mnt,
	},
	{
		.long_name = "no-defaults", .group = "Files",
		.profile = PROFILE_TIGHTENS,
		.help = "only /proc, /dev and the specs, no default view",
		.man = "Without the default view, but for\n"
		       ".Pa /proc\n"
		       "and\n"
		       ".Pa /dev ,\n"
		       "which programs cannot do without.\n"
		       ".Ql -m '/proc=none /dev=none'\n"
		       "leaves those out too.\n",
		.apply = apply_no_defaults,
	},
	{
		.long_name = "tmpfs-size", .arg = "SIZE", .group = "Files",
		.profile = PROFILE_TIGHTENS,
		.help = "size of the private, empty directories together",
		.man = "How much all files together may hold that are written to private directories:\n"
		       ".Pa /tmp ,\n"
		       "the home directory, and every\n"
		       ".Ar MNTPOINT Ns =none .\n"
		       "A number of bytes, with a suffix\n"
		       ".Cm k , m , g\n"
		       "or\n"
		       ".Cm t\n"
		       "for powers of 1024.\n"
		       "Without it the kernel's own limit holds, half of the machine's memory.\n",
		.apply = apply_tmpfs_size,
	},
	{
		.short_name = 'b', .long_name = "base", .arg = "DIR", .complete = COMPLETE_DIRECTORY, .group = "Files",
		.profile = PROFILE_ALLOWED,
		.help = "assemble the root on DIR, to be seen from outside",
		.man = "Assembles the root on the directory\n"
		       ".Ar DIR ,\n"
		       "which has to exist.\n"
		       "The directories, files and links that the root consists of are made there, can be looked at,\n"
		       "and stay: to remove them is up to you.\n"
		       "What is mounted on them is seen inside alone.\n"
		       "Without this option nothing is ever created on the host.\n",
		.apply = apply_base,
	},
	{
		.long_name = "profile", .arg = "NAME|FILE", .complete = COMPLETE_PROFILE, .group = "Files",
		.help = "options from a file, one a line",
		.man = "Takes options from the profile\n"
		       ".Ar NAME ,\n"
		       "or from\n"
		       ".Ar FILE ,\n"
		       "whose name has a slash in it; see\n"
		       ".Sx PROFILES .\n"
		       "May be repeated; of what contradicts the later counts, as on the command line.\n",
		.apply = apply_profile,
	},
	{
		.long_name = "as", .arg = "self|root|UID[:GID]", .complete = COMPLETE_WORDS, .words = OPTION_AS_WORDS,
		.group = "Identity",
		.profile = PROFILE_ALLOWED,
		.help = "who you appear to be inside; default 'self'",
		.man = "Who you appear to be inside.\n"
		       "With\n"
		       ".Cm self ,\n"
		       "the default, you are yourself; with\n"
		       ".Cm root ,\n"
		       "user and group 0; else the user and group of those numbers\n"
		       "(the group's is the user's unless it is given).\n"
		       "Outside you remain who you are, whatever it says inside; see\n"
		       ".Sx IDENTITY .\n",
		.apply = apply_as,
	},
	{
		.long_name = "name", .arg = "NAME", .group = "Identity",
		.profile = PROFILE_ALLOWED,
		.help = "the session's name",
		.man = "The session's name, which is shown in the prompt of shells that look at\n"
		       ".Ev debian_chroot .\n"
		       "At most 64 bytes, without\n"
		       ".Ql /\n"
		       "and control characters.\n",
		.apply = apply_name,
	},
	{
		.long_name = "hostname", .arg = "NAME", .group = "Identity",
		.profile = PROFILE_ALLOWED,
		.help = "the host name inside; default the host's own",
		.man = "The host name inside.\n"
		       "Letters, digits and hyphens, in labels with dots between them, at most 64 characters, as in\n"
		       ".Xr hostname 7 .\n"
		       "Without it the host's own.\n",
		.apply = apply_hostname,
	},
	{
		.long_name = "net", .arg = "none|host", .complete = COMPLETE_WORDS, .words = OPTION_NET_WORDS,
		.group = "Network",
		.profile = PROFILE_TIGHTENS,
		.help = "private network, or the host's; default 'none'",
		.man = "With\n"
		       ".Cm none ,\n"
		       "the default, a network of its own, in which there is the loopback interface and nothing else.\n"
		       "With\n"
		       ".Cm host ,\n"
		       "the host's network.\n"
		       "Where the kernel can (Linux 6.12), sockets with abstract names that were made outside stay\n"
		       "out of reach all the same.\n",
		.apply = apply_net,
	},
	{
		.long_name = "no-net", .group = "Network",
		.profile = PROFILE_ALLOWED,
		.help = "the same as --net=host",
		.man = "The same as\n"
		       ".Fl -net Ns = Ns Cm host :\n"
		       "no network namespace is made.\n"
		       "The name is that of the script\n"
		       ".Nm isolate.sh .\n",
		.apply = apply_no_net,
	},
	{
		.long_name = "setenv", .arg = "NAME VALUE", .complete = COMPLETE_ENV_NAME, .group = "Environment",
		.with_join = true,
		.profile = PROFILE_ALLOWED,
		.help = "set a variable; also --setenv=NAME=VALUE",
		.man = "Sets a variable of the environment inside.\n"
		       "Takes two arguments, or, as\n"
		       ".Fl -setenv Ns = Ns Ar NAME Ns = Ns Ar VALUE ,\n"
		       "one.\n"
		       "This and the next two options take effect in the order in which they are given.\n",
		.apply = apply_setenv,
	},
	{
		.long_name = "unsetenv", .arg = "NAME", .complete = COMPLETE_ENV_NAME, .group = "Environment",
		.with_join = true,
		.profile = PROFILE_TIGHTENS,
		.help = "remove a variable",
		.man = "Removes a variable from the environment inside.\n",
		.apply = apply_unsetenv,
	},
	{
		.long_name = "clearenv", .group = "Environment", .with_join = true,
		.profile = PROFILE_TIGHTENS,
		.help = "remove all variables but PWD",
		.man = "Removes all variables from the environment inside but\n"
		       ".Ev PWD ,\n"
		       "and those that\n"
		       ".Fl -setenv\n"
		       "sets after it.\n",
		.apply = apply_clearenv,
	},
	{
		.long_name = "chdir", .arg = "DIR", .complete = COMPLETE_DIRECTORY, .group = "Environment",
		.with_join = true,
		.profile = PROFILE_ALLOWED,
		.help = "start in DIR, a path inside",
		.man = "Starts the program in the directory\n"
		       ".Ar DIR ,\n"
		       "a path inside.\n"
		       "It is an error if it is not there.\n"
		       "Without this option the program starts in the current directory if that is there inside.\n",
		.apply = apply_chdir,
	},
	{
		.long_name = "die-with-parent", .group = "Session", .with_join = true,
		.profile = PROFILE_TIGHTENS,
		.help = "end when the process that started isolate ends",
		.man = "Ends the session, and with it everything inside, as soon as the process that started\n"
		       ".Nm\n"
		       "has ended, however that happened.\n"
		       "A front end that is killed then leaves nothing behind.\n"
		       "This is on by itself for a Jupyter kernel, that is where the environment's\n"
		       ".Ev JPY_PARENT_PID\n"
		       "is that process: a kernel watches its parent too, but cannot see it from inside.\n",
		.apply = apply_die_with_parent,
	},
	{
		.long_name = "command", .arg = "CMD", .complete = COMPLETE_COMMAND, .group = "Running sandboxes",
		.help = "question the sandbox of PID, the next argument",
		.man = "Instead of starting anything, runs the command\n"
		       ".Ar CMD\n"
		       "on the sandbox in which the process is whose number is the next argument,\n"
		       "and prints what it says.\n"
		       "It may be any sandbox that you own, also one that another program made.\n"
		       ".Ql isolate --command :help\n"
		       "lists the commands.\n"
		       "The exit status is 0 if it worked.\n",
		.apply = apply_command,
	},
	{
		.long_name = "prompt", .group = "Running sandboxes",
		.help = "a prompt for commands on SESSION, the next argument",
		.man = "Instead of starting anything, opens a prompt for commands on the session whose name is the\n"
		       "next argument, or on the sandbox of the process of that number; see\n"
		       ".Sx PROMPT .\n"
		       "Without that argument it is the only session that runs, or the one that you then say.\n"
		       "On a terminal, and in a session with\n"
		       ".Fl Fl on-miss Ns = Ns Cm ask ,\n"
		       "you are there to decide while it is open:\n"
		       "what calls wait for is told above the line that you type.\n",
		.apply = apply_prompt,
	},
	{
		.long_name = "list", .group = "Running sandboxes",
		.help = "the sessions that run",
		.man = "Instead of starting anything, lists your sessions that run: name, number of the process that\n"
		       "looks after it, age, user inside, network, number of mounts, and the program.\n",
		.apply = apply_list,
	},
	{
		.long_name = "kill", .arg = "SESSION", .complete = COMPLETE_SESSION, .group = "Running sandboxes",
		.help = "end a session",
		.man = "Ends the session of that name, and returns when it has ended.\n"
		       "Its program gets\n"
		       ".Dv SIGTERM ;\n"
		       "if it has not ended two seconds later, everything inside is killed.\n"
		       "The exit status is 0 if the session has ended.\n",
		.apply = apply_kill,
	},
	{
		.long_name = "join", .arg = "SESSION", .complete = COMPLETE_SESSION, .group = "Running sandboxes",
		.with_join = true,
		.help = "run PROG in a session that runs",
		.man = "Instead of making a sandbox, runs\n"
		       ".Ar PROG\n"
		       "in the session of that name, or in the one in which the process of that number is; without\n"
		       ".Ar PROG ,\n"
		       "the session's shell.\n"
		       "It has the same rights as the payload and not one more, the environment that the payload\n"
		       "would get from here, and a terminal of its own.\n"
		       "It ends with the session; what it leaves running does too.\n"
		       "The exit status is as without\n"
		       ".Fl -join .\n"
		       "Of the other options,\n"
		       ".Fl -chdir , -setenv , -unsetenv , -clearenv , -die-with-parent , -quiet\n"
		       "and\n"
		       ".Fl -verbose\n"
		       "can be given with it.\n",
		.apply = apply_join,
	},
	{
		.long_name = "json", .group = "Running sandboxes",
		.help = "with --command or --list: answer in JSON",
		.man = "Makes\n"
		       ".Fl -command\n"
		       "and\n"
		       ".Fl -list\n"
		       "answer in JSON, for programs.\n",
		.apply = apply_json,
	},
	{
		.long_name = "inspect", .arg = "[=SESSION|PID]", .group = "Running sandboxes",
		.help = "show the sandbox on the screen, and change it",
		.man = "Opens the inspector,\n"
		       ".Xr isolate-inspect 1 :\n"
		       "beside the program of the session that is started, which runs in a pane that is a terminal\n"
		       "of the kind\n"
		       ".Ql xterm-256color ;\n"
		       "or, where a session or a process is named, on that one, without starting any.\n"
		       "A session that it starts is watched, as with\n"
		       ".Fl -trace .\n",
		.apply = apply_inspect,
	},
	{
		.long_name = "inspect-key", .arg = "KEY", .group = "Running sandboxes",
		.help = "the key that opens the inspector over a shell",
		.man = "The key that opens the inspector over the shell of this session,\n"
		       "where there is a terminal and\n"
		       ".Xr isolate-inspect 1\n"
		       "is installed:\n"
		       ".Cm ctrl-\n"
		       "and a character, or\n"
		       ".Cm none .\n"
		       "The default is\n"
		       ".Cm ctrl-\\&] .\n"
		       "Pressed twice it is itself for the program.\n"
		       "With\n"
		       ".Fl -inspect\n"
		       "it moves the keys from the program's pane to the inspector's panel, and back.\n",
		.apply = apply_inspect_key,
	},
	{
		.long_name = "kernelspec", .arg = "EXISTING", .complete = COMPLETE_DIRECTORY, .group = "Remembering",
		.help = "make a Jupyter kernelspec of one that there is",
		.man = "Instead of starting anything, writes the Jupyter kernelspec whose name is that of\n"
		       ".Fl -name ,\n"
		       "which starts the kernel of the kernelspec\n"
		       ".Ar EXISTING\n"
		       "(a name, or a directory: then with a slash)\n"
		       "in a sandbox with the other options.\n"
		       "The program gets its full path, the connection file becomes visible and writable, and all the\n"
		       "rest, logos too, is copied.\n"
		       "Relative paths in the options are relative to the directory of the notebook.\n"
		       "It is written to the user's own kernelspecs; one that is there is never overwritten.\n",
		.apply = apply_kernelspec,
	},
	{
		.long_name = "learn", .arg = "FILE", .complete = COMPLETE_FILE, .group = "Remembering",
		.help = "find out what PROG needs, and write a profile",
		.man = "Finds out what\n"
		       ".Ar PROG\n"
		       "needs, and writes\n"
		       ".Ar FILE ,\n"
		       "a file of options for\n"
		       ".Fl -profile ,\n"
		       "with the few mounts beside the default view, or beside what the other options say, that\n"
		       "bring it;\n"
		       "see\n"
		       ".Sx LEARNING .\n"
		       ".Em The program runs more than once :\n"
		       "first with the whole machine to be read, then from the profile alone.\n"
		       "A\n"
		       ".Ar FILE\n"
		       "that is there is refined: nothing in it is lost.\n",
		.apply = apply_learn,
	},
	{
		.long_name = "no-replay", .group = "Remembering",
		.help = "with --learn: run PROG once, do not verify",
		.man = "With\n"
		       ".Fl -learn :\n"
		       "runs the program once and does not try the profile; for a program that must not run twice.\n",
		.apply = apply_no_replay,
	},
	{
		.long_name = "trace", .group = "What is missing", .profile = PROFILE_ALLOWED,
		.help = "watch for paths that are missing inside",
		.man = "Watches for paths that the program asks for, that exist outside and not inside.\n"
		       "Nothing is slower for it but asking for what is missing: the root of the sandbox is a small\n"
		       "file\n"
		       "system of its own, which is asked only for names that it does not have\n"
		       ".Pq Xr fuse 4 .\n"
		       "Private directories, as\n"
		       ".Pa /tmp\n"
		       "and the home directory, are overlays over it, so that what is missing there is seen too:\n"
		       "each name when it is first asked for, and again when that is some milliseconds ago.\n"
		       "It shows in\n"
		       ".Xr statfs 2\n"
		       "of these and of the root directory, and nowhere else.\n"
		       "Where\n"
		       ".Pa /dev/fuse\n"
		       "cannot be used it is done by notifications of system calls\n"
		       ".Pq Xr seccomp_unotify 2 ,\n"
		       "which makes those that name paths slower.\n"
		       "Where the kernel has no overlays for users, private directories are watched in this second\n"
		       "way only.\n"
		       ".Fl -check\n"
		       "tells which it is here,\n"
		       ".Ql :misses\n"
		       "and\n"
		       ".Fl -report\n"
		       "which it was.\n"
		       "A shell on a terminal is watched without this option in the first way, if that can be had:\n"
		       "but for private directories, which as overlays are slower.\n"
		       "Any other session is watched only where it is asked for, since its start takes up to a\n"
		       "millisecond more.\n",
		.apply = apply_trace,
	},
	{
		.long_name = "no-trace", .group = "What is missing", .profile = PROFILE_ALLOWED,
		.help = "do not watch, not even a shell on a terminal",
		.man = "Does not watch for missing paths: neither a shell on a terminal, nor with\n"
		       ".Fl -inspect .\n"
		       "Of this and\n"
		       ".Fl -trace\n"
		       "or\n"
		       ".Fl -on-miss\n"
		       "the last one counts.\n",
		.apply = apply_no_trace,
	},
	{
		.long_name = "on-miss", .arg = "report|ask|mount", .complete = COMPLETE_WORDS,
		.words = OPTION_ON_MISS_WORDS,
		.group = "What is missing", .profile = PROFILE_ALLOWED,
		.help = "what becomes of a call for a missing path",
		.man = "What becomes of a system call that asks for a path that exists outside and not inside.\n"
		       "With\n"
		       ".Cm report\n"
		       "it fails, as it would without a watch.\n"
		       "With\n"
		       ".Cm mount\n"
		       "what a pattern of\n"
		       ".Fl Fl allow\n"
		       "names is mounted read-only, and the call goes on and finds it.\n"
		       "With\n"
		       ".Cm ask\n"
		       "it waits while somebody is there to decide, and fails if nobody is.\n"
		       "A\n"
		       ".Fl Fl prompt\n"
		       "and the inspector are, as long as they are open, and who follows\n"
		       ".Ql :events --decide ;\n"
		       "with\n"
		       ".Fl Fl inspect\n"
		       "the inspector is from the first call on.\n"
		       ".Ql :allow\n"
		       "mounts what cures it,\n"
		       ".Ql :deny\n"
		       "lets it fail.\n"
		       "Signals that end the program do so while it waits.\n"
		       "What programs ask for all the time and nobody needs does not wait, and no more than 128 calls "
		       "do; "
		       "others fail meanwhile.\n"
		       "Implies\n"
		       ".Fl Fl trace .\n"
		       "Without\n"
		       ".Pa /dev/fuse\n"
		       "the last two need Linux 5.19; on an older one calls fail.\n",
		.apply = apply_on_miss,
	},
	{
		.long_name = "allow", .arg = "GLOB", .group = "What is missing", .profile = PROFILE_ALLOWED,
		.help = "what --on-miss=mount may mount",
		.man = "What\n"
		       ".Fl Fl on-miss Ns = Ns Cm mount\n"
		       "may mount: the path that matches the pattern\n"
		       ".Pq Xr glob 7 ,\n"
		       "whole, when something in it is asked for.\n"
		       "With\n"
		       ".Ql /opt/*\n"
		       "these are the directories in\n"
		       ".Pa /opt ,\n"
		       "one by one.\n"
		       "May be repeated.\n",
		.apply = apply_allow,
	},
	{
		.long_name = "why", .arg = "PATH", .complete = COMPLETE_FILE, .group = "What is missing",
		.help = "say why PATH is not to be had inside, and stop",
		.man = "Says why\n"
		       ".Ar PATH\n"
		       "cannot be found, read, executed or written inside, and with which mount it could be;\n"
		       "or that it fails outside in the same way, or that nothing is wrong with it.\n"
		       "A name without a slash that is no file here is a program, looked for in\n"
		       ".Ev PATH .\n"
		       "The sandbox is built as the other options ask for it, looked at, and ended:\n"
		       "no program is run in it, and one that is given is passed over.\n"
		       "With\n"
		       ".Fl -json\n"
		       "the answer is that of the command\n"
		       ".Ic :why .\n",
		.apply = apply_why,
	},
	{
		.long_name = "report", .arg = "FILE", .complete = COMPLETE_FILE, .group = "What is missing",
		.help = "write to FILE, in JSON, what may have been missed",
		.man = "When the program has ended, however that was, writes to\n"
		       ".Ar FILE\n"
		       "what it may have missed: paths that are outside and not inside, each with the reason and the\n"
		       "mount that would cure it, and variables of the environment that name such paths.\n"
		       "Some of these make no program fail:\n"
		       "another program of the same name runs, times are told in UTC, a store of certificates is\n"
		       "empty.\n"
		       "The form is JSON, described in\n"
		       ".Pa REPORT.md .\n"
		       "The file is there complete or not at all, also where no program could be started.\n"
		       ".Pp\n"
		       "Without this option a program that has failed is followed by at most five lines about what it\n"
		       "may have missed, if there is anything;\n"
		       ".Fl -quiet\n"
		       "silences them.\n",
		.apply = apply_report,
	},
	{
		.short_name = 'v', .long_name = "verbose", .group = "Information", .with_join = true,
		.help = "say what is done",
		.man = "Says on standard error what is done.\n",
		.apply = apply_verbose,
	},
	{
		.short_name = 'q', .long_name = "quiet", .group = "Information", .with_join = true,
		.help = "say nothing but errors",
		.man = "Says nothing but errors: no notes.\n",
		.apply = apply_quiet,
	},
	{
		.long_name = "explain", .group = "Information",
		.help = "tell each step of making the sandbox, and why",
		.man = "Tells on standard error, while the sandbox is made, each step, why it is taken, by which\n"
		       "system calls, and what the kernel says of the process before and after it; then the program\n"
		       "runs.\n"
		       "With\n"
		       ".Fl -dry-run\n"
		       "it is told on standard output, and nothing is done.\n",
		.apply = apply_explain,
	},
	{
		.long_name = "step", .group = "Information",
		.help = "the same, and wait before each step",
		.man = "As\n"
		       ".Fl -explain ,\n"
		       "and waits for\n"
		       ".Cm enter\n"
		       "before each step.\n"
		       ".Cm m\n"
		       "does the rest of the mounts,\n"
		       ".Cm c\n"
		       "all the rest, and\n"
		       ".Cm q\n"
		       "stops: then nothing is started, and nothing is left.\n"
		       "The half-made sandbox can be looked at from another terminal.\n",
		.apply = apply_step,
	},
	{
		.long_name = "dry-run", .group = "Information",
		.help = "print what would be done, and do nothing",
		.man = "Prints on standard output what would be mounted where, who you would appear to be and what\n"
		       "would be run, and does nothing.\n",
		.apply = apply_dry_run,
	},
	{
		.long_name = "check", .group = "Information",
		.help = "say what this machine allows, and the remedies",
		.man = "Tries on this machine each thing that a sandbox needs, and says for each if it is allowed,\n"
		       "and the remedy if it is not.\n"
		       "The exit status is 0 if all that is needed is there, else 1.\n",
		.apply = apply_check,
	},
	{
		.short_name = 'V', .long_name = "version", .group = "Information",
		.help = "print the version",
		.man = "Prints version and licence.\n",
		.show = options_print_version,
	},
	{
		.short_name = 'h', .long_name = "help", .group = "Information",
		.help = "print this help",
		.man = "Prints a summary of the options.\n",
		.show = options_print_help,
	},
};
const size_t option_rows_len = sizeof(option_rows) / sizeof(option_rows[0]);
