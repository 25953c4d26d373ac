/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What each option does to the request. */
#include "config.h"

#include "option_apply.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/number.h"
#include "base/text.h"
#include "options.h"
#include "profile.h"

/* The kernel's own limit (__NEW_UTS_LEN) and that of one label of a host name, hostname(7). */
enum { HOSTNAME_MAX = 64, LABEL_MAX = 63 };

/* A session's name becomes a file name, and stands in prompts and lists. */
enum { NAME_LENGTH_MAX = 64 };

/* (uid_t)-1 and (gid_t)-1 stand for "no change" in system calls, and can be nobody's. */
static const uint64_t id_max = UINT32_MAX - 1;

static void
replace(char **slot, const char *value)
{
	free(*slot);
	*slot = text_dup(value);
}

/* Adds "did you mean" with the nearest of the blank-separated words. */
static void
hint_nearest_word(struct error *err, const char *option, const char *value, const char *words)
{
	_autofree_ char *copy = text_dup(words);
	const char *list[8];
	size_t n = 0;
	char *rest = copy;
	const char *nearest;

	for (char *word = strsep(&rest, " "); word && n < sizeof(list) / sizeof(list[0]); word = strsep(&rest, " "))
		list[n++] = word;
	nearest = text_nearest(value, list, n);
	if (nearest)
		error_hint(err, "did you mean '%s=%s'?", option, nearest);
}

static int
refuse_empty(const char *option, const char *arg, const char *value, struct error *err)
{
	return value[0] != '\0' ? 0 : error_set(err, 0, "%s: %s is empty", option, arg);
}

int
apply_mnt(struct request *req, const char *value, const char *value2, struct error *err)
{
	size_t before = req->specs.len;
	int ret = spec_list_parse(&req->specs, value, req->mnt_origin, req->mnt_from, err);

	(void)value2;
	if (ret < 0)
		return ret;
	if (req->specs.len > before)
		return 0;
	error_set(err, 0, "--mnt: there is no spec in '%s'", value);
	error_hint(err, "'--mnt .' is the current directory, as without --mnt");
	return -1;
}

int
apply_base(struct request *req, const char *value, const char *value2, struct error *err)
{
	(void)value2;
	if (refuse_empty("--base", "DIR", value, err) < 0)
		return -1;
	replace(&req->base, value);
	return 0;
}

int
apply_tmpfs_size(struct request *req, const char *value, const char *value2, struct error *err)
{
	uint64_t size;
	int ret = number_parse_size(value, &size);

	(void)value2;
	if (ret == 0 && size > 0) {
		req->tmpfs_size = size;
		return 0;
	}
	if (ret == -ERANGE)
		return error_set(err, 0, "--tmpfs-size: '%s' is more than any machine has", value);
	/* tmpfs itself takes 0 for "no limit". */
	if (ret == 0)
		return error_set(err, 0, "--tmpfs-size: '%s' would leave no room", value);
	error_set(err, 0, "--tmpfs-size: '%s' is not a size", value);
	error_hint(err, "a size is a number of bytes, with k, m, g or t after it if you like: --tmpfs-size=64m");
	return -1;
}

int
apply_no_defaults(struct request *req, const char *value, const char *value2, struct error *err)
{
	(void)value, (void)value2, (void)err;
	req->no_defaults = true;
	return 0;
}

/* One number of --as. */
static int
parse_id(const char *text, const char *what, uint32_t *ret_id, struct error *err)
{
	uint64_t id;
	int ret = number_parse(text, id_max, &id);

	if (ret == -ERANGE)
		return error_set(err, 0, "--as: '%s' is no %s id: the largest is %llu", text, what,
				 (unsigned long long)id_max);
	if (ret < 0)
		return ret;
	*ret_id = (uint32_t)id;
	return 0;
}

/* UID or UID:GID. -EINVAL without an error set: it is neither. */
static int
apply_as_ids(struct request *req, const char *value, struct error *err)
{
	const char *colon = strchrnul(value, ':');
	_autofree_ char *uid_text = text_ndup(value, (size_t)(colon - value));
	uint32_t uid = 0, gid;
	int ret = parse_id(uid_text, "user", &uid, err);

	if (ret < 0)
		return ret;
	gid = uid;
	if (*colon == ':') {
		ret = parse_id(colon + 1, "group", &gid, err);
		if (ret < 0)
			return ret;
	}
	req->as = AS_IDS;
	req->as_uid = uid;
	req->as_gid = gid;
	return 0;
}

int
apply_as(struct request *req, const char *value, const char *value2, struct error *err)
{
	int ret;

	(void)value2;
	if (strcmp(value, "self") == 0) {
		req->as = AS_SELF;
		return 0;
	}
	if (strcmp(value, "root") == 0) {
		req->as = AS_ROOT;
		return 0;
	}
	ret = apply_as_ids(req, value, err);
	if (ret != -EINVAL)
		return ret;
	error_set(err, 0, "--as: '%s' is not self, root or UID[:GID]", value);
	hint_nearest_word(err, "--as", value, OPTION_AS_WORDS);
	if (!err->hint)
		error_hint(err, "users and groups are given by number: --as=1000:100");
	return -1;
}

int
apply_name(struct request *req, const char *value, const char *value2, struct error *err)
{
	_autofree_ char *shown = text_escape(value);

	(void)value2;
	if (refuse_empty("--name", "NAME", value, err) < 0)
		return -1;
	if (strchr(value, '/'))
		return error_set(err, 0, "--name: '%s' holds a '/'", value);
	if (strcmp(value, ".") == 0 || strcmp(value, "..") == 0)
		return error_set(err, 0, "--name: '%s' is the name of a directory", value);
	if (strcmp(shown, value) != 0)
		return error_set(err, 0, "--name: '%s' holds a control character, or is not UTF-8", value);
	if (strspn(value, "0123456789") == strlen(value))
		return error_set(err, 0, "--name: '%s' would be taken for the number of a process", value);
	if (strlen(value) > NAME_LENGTH_MAX)
		return error_set(err, 0, "--name: '%s' is longer than %d bytes", value, NAME_LENGTH_MAX);
	replace(&req->name, value);
	return 0;
}

/* One label of a host name. */
static bool
is_label(const char *label, size_t len)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-";

	return len > 0 && len <= LABEL_MAX && label[0] != '-' && label[len - 1] != '-' && strspn(label, letters) >= len;
}

int
apply_hostname(struct request *req, const char *value, const char *value2, struct error *err)
{
	const char *label = value;

	(void)value2;
	if (refuse_empty("--hostname", "NAME", value, err) < 0)
		return -1;
	if (strlen(value) > HOSTNAME_MAX)
		return error_set(err, 0, "--hostname: '%s' is longer than %d characters", value, HOSTNAME_MAX);
	for (;;) {
		size_t len = strcspn(label, ".");

		if (!is_label(label, len)) {
			error_set(err, 0, "--hostname: '%s' is not a host name", value);
			error_hint(err, "labels of letters, digits and '-' inside, with dots between; see hostname(7)");
			return -1;
		}
		if (label[len] == '\0')
			break;
		label += len + 1;
	}
	replace(&req->hostname, value);
	return 0;
}

int
apply_net(struct request *req, const char *value, const char *value2, struct error *err)
{
	(void)value2;
	if (strcmp(value, "none") == 0) {
		req->net = NET_NONE;
		return 0;
	}
	if (strcmp(value, "host") == 0) {
		req->net = NET_HOST;
		return 0;
	}
	error_set(err, 0, "--net: '%s' is not none or host", value);
	hint_nearest_word(err, "--net", value, OPTION_NET_WORDS);
	return -1;
}

int
apply_no_net(struct request *req, const char *value, const char *value2, struct error *err)
{
	(void)value, (void)value2, (void)err;
	req->net = NET_HOST;
	return 0;
}

int
apply_setenv(struct request *req, const char *value, const char *value2, struct error *err)
{
	const char *equals = strchr(value, '=');
	_autofree_ char *name = NULL;

	if (refuse_empty("--setenv", "NAME", value, err) < 0)
		return -1;
	if (value2 && equals) {
		error_set(err, 0, "--setenv: the name '%s' holds a '='", value);
		error_hint(err, "one word is --setenv=NAME=VALUE, two are --setenv NAME VALUE");
		return -1;
	}
	if (value2) {
		request_add_env(req, ENV_SET, value, value2);
		return 0;
	}
	if (!equals || equals == value) {
		error_set(err, 0, "--setenv: '%s' is not NAME=VALUE", value);
		error_hint(err, "one word is --setenv=NAME=VALUE, two are --setenv NAME VALUE");
		return -1;
	}
	name = text_ndup(value, (size_t)(equals - value));
	request_add_env(req, ENV_SET, name, equals + 1);
	return 0;
}

int
apply_unsetenv(struct request *req, const char *value, const char *value2, struct error *err)
{
	(void)value2;
	if (refuse_empty("--unsetenv", "NAME", value, err) < 0)
		return -1;
	if (strchr(value, '='))
		return error_set(err, 0, "--unsetenv: the name '%s' holds a '='", value);
	request_add_env(req, ENV_UNSET, value, NULL);
	return 0;
}

int
apply_clearenv(struct request *req, const char *value, const char *value2, struct error *err)
{
	(void)value, (void)value2, (void)err;
	request_add_env(req, ENV_CLEAR, NULL, NULL);
	return 0;
}

int
apply_chdir(struct request *req, const char *value, const char *value2, struct error *err)
{
	(void)value2;
	if (refuse_empty("--chdir", "DIR", value, err) < 0)
		return -1;
	replace(&req->chdir, value);
	return 0;
}

int
apply_profile(struct request *req, const char *value, const char *value2, struct error *err)
{
	(void)value2;
	if (refuse_empty("--profile", "NAME", value, err) < 0)
		return -1;
	return profile_apply(req, value, err);
}

int
apply_kernelspec(struct request *req, const char *value, const char *value2, struct error *err)
{
	(void)value2;
	if (refuse_empty("--kernelspec", "EXISTING", value, err) < 0)
		return -1;
	req->kernelspec = value;
	return 0;
}

int
apply_learn(struct request *req, const char *value, const char *value2, struct error *err)
{
	(void)value2;
	req->learn = value;
	return refuse_empty("--learn", "FILE", value, err);
}

int
apply_no_replay(struct request *req, const char *value, const char *value2, struct error *err)
{
	(void)value, (void)value2, (void)err;
	req->no_replay = true;
	return 0;
}

int
apply_die_with_parent(struct request *req, const char *value, const char *value2, struct error *err)
{
	(void)value, (void)value2, (void)err;
	req->die_with_parent = true;
	return 0;
}

int
apply_command(struct request *req, const char *value, const char *value2, struct error *err)
{
	(void)value2;
	if (value[0] == '\0') {
		error_set(err, 0, "--command: the command is empty");
		error_hint(err, "'isolate --command :help' lists the commands");
		return -1;
	}
	req->command = value;
	return 0;
}

int
apply_list(struct request *req, const char *value, const char *value2, struct error *err)
{
	(void)value;
	(void)value2;
	(void)err;
	req->list = true;
	return 0;
}

int
apply_kill(struct request *req, const char *value, const char *value2, struct error *err)
{
	(void)value2;
	if (refuse_empty("--kill", "SESSION", value, err) < 0)
		return -1;
	req->kill = value;
	return 0;
}

int
apply_join(struct request *req, const char *value, const char *value2, struct error *err)
{
	(void)value2;
	if (refuse_empty("--join", "SESSION", value, err) < 0)
		return -1;
	req->join = value;
	return 0;
}

int
apply_prompt(struct request *req, const char *value, const char *value2, struct error *err)
{
	(void)value;
	(void)value2;
	(void)err;
	req->prompt = true;
	return 0;
}

int
apply_json(struct request *req, const char *value, const char *value2, struct error *err)
{
	(void)value, (void)value2, (void)err;
	req->json = true;
	return 0;
}

int
apply_inspect(struct request *req, const char *value, const char *value2, struct error *err)
{
	(void)value2;
	if (value && refuse_empty("--inspect", "SESSION", value, err) < 0)
		return -1;
	req->inspect = value;
	req->inspect_new = !value;
	/* Its tab of misses shows what the program misses. */
	req->trace = req->trace || (!value && !req->no_trace);
	return 0;
}

int
apply_inspect_key(struct request *req, const char *value, const char *value2, struct error *err)
{
	(void)value2;
	if (strcmp(value, "none") == 0) {
		req->inspect_key = 0;
		return 0;
	}
	/* Without those that a shell cannot do without: Ctrl-C, Ctrl-D, Tab, Enter, ... */
	if (strncmp(value, "ctrl-", 5) == 0 && value[5] && !value[6] && strchr("]^_\\abefklnoprtuvwxy", value[5])) {
		req->inspect_key = (char)(value[5] & 0x1f);
		return 0;
	}
	error_set(err, 0, "--inspect-key: '%s' is not none, and no key that can be spared", value);
	error_hint(err, "such as ctrl-], ctrl-^, ctrl-_ or ctrl-o");
	return -1;
}

int
apply_report(struct request *req, const char *value, const char *value2, struct error *err)
{
	(void)value2;
	req->report = value;
	return refuse_empty("--report", "FILE", value, err);
}

int
apply_why(struct request *req, const char *value, const char *value2, struct error *err)
{
	(void)value2;
	req->why = value;
	return refuse_empty("--why", "PATH", value, err);
}

int
apply_verbose(struct request *req, const char *value, const char *value2, struct error *err)
{
	(void)value, (void)value2, (void)err;
	req->verbose = true;
	req->quiet = false;
	return 0;
}

int
apply_quiet(struct request *req, const char *value, const char *value2, struct error *err)
{
	(void)value, (void)value2, (void)err;
	req->quiet = true;
	req->verbose = false;
	return 0;
}

int
apply_on_miss(struct request *req, const char *value, const char *value2, struct error *err)
{
	(void)value2;
	if (strcmp(value, "report") == 0) {
		req->on_miss = ON_MISS_REPORT;
	} else if (strcmp(value, "ask") == 0) {
		req->on_miss = ON_MISS_ASK;
	} else if (strcmp(value, "mount") == 0) {
		req->on_miss = ON_MISS_MOUNT;
	} else {
		error_set(err, 0, "--on-miss: '%s' is none of: %s", value, OPTION_ON_MISS_WORDS);
		hint_nearest_word(err, "--on-miss", value, OPTION_ON_MISS_WORDS);
		return -1;
	}
	req->trace = true;
	req->no_trace = false;
	return 0;
}

int
apply_allow(struct request *req, const char *value, const char *value2, struct error *err)
{
	(void)value2;
	if (value[0] != '/' || strcmp(value, "/") == 0) {
		error_set(err, 0, "--allow: '%s' is no pattern of absolute paths", value);
		error_hint(err, "quote it, as in --allow '/opt/*'");
		return -1;
	}
	req->allow = array_grow(req->allow, &req->allow_cap, req->allow_len + 1, sizeof *req->allow);
	req->allow[req->allow_len++] = request_keep(req, value);
	return 0;
}

int
apply_trace(struct request *req, const char *value, const char *value2, struct error *err)
{
	(void)value;
	(void)value2;
	(void)err;
	req->trace = true;
	req->no_trace = false;
	return 0;
}

int
apply_no_trace(struct request *req, const char *value, const char *value2, struct error *err)
{
	(void)value, (void)value2, (void)err;
	req->trace = false;
	req->no_trace = true;
	/* Of what nobody sees no call can wait. */
	req->on_miss = ON_MISS_REPORT;
	return 0;
}

int
apply_explain(struct request *req, const char *value, const char *value2, struct error *err)
{
	(void)value, (void)value2, (void)err;
	req->explain = true;
	return 0;
}

int
apply_step(struct request *req, const char *value, const char *value2, struct error *err)
{
	(void)value, (void)value2, (void)err;
	req->step = true;
	return 0;
}

int
apply_dry_run(struct request *req, const char *value, const char *value2, struct error *err)
{
	(void)value, (void)value2, (void)err;
	req->dry_run = true;
	return 0;
}

int
apply_check(struct request *req, const char *value, const char *value2, struct error *err)
{
	(void)value, (void)value2, (void)err;
	req->check = true;
	return 0;
}
