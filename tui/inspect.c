/* SPDX-License-Identifier: GPL-3.0-or-later */
/* isolate-inspect: reads its arguments, and shows a running sandbox on the terminal or, without one, as text. */
#include "config.h"

#include <getopt.h>
#include <locale.h>
#include <malloc.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "tui/app.h"
#include "tui/confine.h"
#include "tui/history.h"
#include "tui/desk_layout.h"
#include "tui/line.h"
#include "tui/loop.h"
#include "tui/pane.h"
#include "tui/screen.h"

enum { LONG_ANSWER = 128 * 1024 };

static const char usage[] =
	"usage: isolate-inspect [OPTION]... SESSION|PID\n"
	"\n"
	"  --json            print the answers in JSON instead of showing them\n"
	"  --config FILE     read this configuration instead of the user's\n"
	"  --print-config    print the configuration that is compiled in\n"
	"  --managed         a session's manager has the terminal, and takes it back\n"
	"  --key N           the control character that opened it from there\n"
	"  --typed HEX       what was typed behind it\n"
	"  --pane FD         the program's terminal, which is shown beside\n"
	"  --notice FD       where the manager says how the program failed\n"
	"  --recorded DIR    show answers that were recorded: DIR/COMMAND.json\n"
	"  --script FILE     play keys from a file, on a screen that is not shown\n"
	"  --size COLxLIN    of that screen; 80x24\n"
	"  --pane-size COLxLIN  print the size of the program's terminal on a screen of that size\n"
	"  -h, --help\n";

struct arguments {
	bool json, print_config, help;
	struct loop_options loop;
	const char *config, *recorded, *script, *size, *pane_size, *name;
};

static int
read_arguments(int argc, char **argv, struct arguments *ret)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },	       { "managed", no_argument, NULL, 'm' },
		{ "key", required_argument, NULL, 'k' },       { "typed", required_argument, NULL, 't' },
		{ "print-config", no_argument, NULL, 'p' },    { "config", required_argument, NULL, 'c' },
		{ "pane", required_argument, NULL, 'P' },      { "pane-size", required_argument, NULL, 'S' },
		{ "notice", required_argument, NULL, 'n' },
		{ "recorded", required_argument, NULL, 'r' },  { "script", required_argument, NULL, 's' },
		{ "size", required_argument, NULL, 'z' },      { "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	int option;

	*ret = (struct arguments){ .size = "80x24", .loop.pane = -1, .loop.notice = -1 };
	while ((option = getopt_long(argc, argv, "h", options, NULL)) >= 0) {
		switch (option) {
		case 'j': ret->json = true; break;
		case 'm': ret->loop.managed = true; break;
		case 'k': ret->loop.key = (uint32_t)atoi(optarg); break;
		case 't': ret->loop.typed = optarg; break;
		case 'P': ret->loop.pane = atoi(optarg); break;
		case 'n': ret->loop.notice = atoi(optarg); break;
		case 'p': ret->print_config = true; break;
		case 'c': ret->config = optarg; break;
		case 'r': ret->recorded = optarg; break;
		case 's': ret->script = optarg; break;
		case 'S': ret->pane_size = optarg; break;
		case 'z': ret->size = optarg; break;
		case 'h': ret->help = true; break;
		default: return -1;
		}
	}
	ret->name = argv[optind];
	if (!ret->name && ret->recorded)
		ret->name = "recorded";
	if (ret->help || ret->print_config || ret->pane_size)
		return 0;
	return ret->name && optind + (argv[optind] != NULL) == argc ? 0 : -1;
}

/* What --command would print, of each tab. */
static int
print_all(struct source *source, bool json, struct error *err)
{
	static const enum tab_id tabs[] = { TAB_IDENTITY, TAB_NAMESPACES, TAB_MOUNTS, TAB_PROCESSES };
	struct said said = { .error = ERROR_INIT };
	int r = 0;

	for (size_t i = 0; i < sizeof tabs / sizeof tabs[0] && r == 0; i++) {
		r = source_run(source, tab_table[tabs[i]].command, json, &said, err);
		if (r == 0 && said.error.message)
			r = error_set(err, 0, "%s", said.error.message);
		else if (r == 0)
			printf("%s%s", i > 0 && !json ? "\n" : "", said.out);
	}
	said_release(&said);
	return r;
}

static int
read_config(struct app *app, const struct arguments *arguments)
{
	_autofree_ char *path = arguments->config ? NULL : settings_path();
	_autoerror_ struct error err = ERROR_INIT;
	const char *file = arguments->config ? arguments->config : path, *no_color = getenv("NO_COLOR");

	settings_init(&app->settings);
	if (file && !arguments->script && settings_read(&app->settings, file, &err) < 0)
		app_say_error(app, &err);
	else if (file && arguments->config && settings_read(&app->settings, file, &err) < 0)
		app_say_error(app, &err);
	if (no_color && *no_color)
		settings_use_theme(&app->settings, "mono");
	return 0;
}

/* Before there is a session. */
static int
tell_pane_size(const struct arguments *arguments)
{
	struct app app = { 0 };
	struct desk_layout layout;
	unsigned lines, columns;

	if (sscanf(arguments->pane_size, "%ux%u", &columns, &lines) != 2 || columns > 10000 || lines > 10000)
		return STATUS_FAILED;
	read_config(&app, arguments);
	desk_layout_make(&layout, (enum desk_place)app.settings.panel, 0, false, (int)lines, (int)columns);
	printf("%dx%d\n", layout.pane.columns, layout.pane.lines);
	app_release(&app);
	return 0;
}

/* A script begins with an empty history, so that it is the same every time. */
static void
init_line(const struct arguments *arguments)
{
	struct history history = { 0 };

	if (!arguments->script)
		history_read(&history);
	line_init(&history);
	history_release(&history);
}

static int
show(struct app *app, struct source *source, const struct arguments *arguments, struct error *err)
{
	const char *no_color = getenv("NO_COLOR");
	const struct screen_options options = {
		.size = arguments->script ? arguments->size : NULL,
		.mono = no_color && *no_color,
		.ascii = app->settings.ascii,
		.mouse = app->settings.mouse,
		.styles = app->styles,
	};
	_autofree_ char *last = NULL;
	int status = -1;

	memcpy(app->styles, app->settings.themes[app->settings.theme].styles, sizeof app->styles);
	if (!arguments->script && source_employ_aide(source, err) < 0)
		return -1;
	init_line(arguments);
	if (screen_open(&options, err) < 0)
		return -1;
	source_reach(source);
	if (arguments->loop.pane >= 0)
		pane_prepare();
	/* What is asked for behind this may be what somebody inside has written. Recordings are read from files. */
	if (arguments->script || arguments->recorded || confine_inspector(err) == 0) {
		if (app_open(app, source, !arguments->script && arguments->loop.pane < 0) < 0)
			error_set(err, 0, "%s", app->rows[TAB_MOUNTS].failure);
		else if (arguments->script)
			status = loop_play(app, arguments->script, err);
		else
			status = loop_run(app, &arguments->loop, &last);
	}
	screen_close();
	/* What the program showed last stays on the terminal, as it would without us. */
	if (last && *last)
		printf("%s\n", last);
	return status;
}

static int
run(const struct arguments *arguments, struct error *err)
{
	const char *term = getenv("TERM");
	bool dumb = !term || strcmp(term, "dumb") == 0;
	bool terminal = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
	bool shows = arguments->script || (!arguments->json && !dumb && terminal);
	struct source *source = source_open(arguments->name, arguments->recorded, err);
	struct app app = { 0 };
	int r;

	if (!source)
		return -1;
	if (shows) {
		read_config(&app, arguments);
		r = show(&app, source, arguments, err);
		app_release(&app);
	} else {
		if (!arguments->json)
			fputs(terminal ? "isolate-inspect: the terminal is dumb (TERM): this is what is known\n" :
				     "isolate-inspect: this is no terminal: this is what is known\n",
			      stderr);
		r = print_all(source, arguments->json, err);
	}
	source_close(source);
	return r;
}

int
main(int argc, char **argv)
{
	_autoerror_ struct error err = ERROR_INIT;
	struct arguments arguments;
	int r;

	setlocale(LC_ALL, "");
	/* It would grow with the first long answer, and all later ones be kept among what stays. */
	mallopt(M_MMAP_THRESHOLD, LONG_ANSWER);
	if (read_arguments(argc, argv, &arguments) < 0) {
		fputs(usage, stderr);
		return STATUS_FAILED;
	}
	if (arguments.help || arguments.print_config) {
		fputs(arguments.help ? usage : settings_defaults, stdout);
		return fflush(stdout) == 0 ? 0 : STATUS_FAILED;
	}
	r = arguments.pane_size ? tell_pane_size(&arguments) : run(&arguments, &err);
	if (err.message)
		error_print(&err, stderr, "isolate-inspect");
	if (fflush(stdout) != 0 && r == 0)
		r = STATUS_FAILED;
	return r < 0 ? STATUS_FAILED : r;
}
