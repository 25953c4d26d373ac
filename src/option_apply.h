/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What each option does to the request: the functions that the rows of the table name. They are called as options.h
 * says of struct option_row; an error's text begins with the option's name.
 */
#ifndef OPTION_APPLY_H
#define OPTION_APPLY_H

#include "base/error.h"
#include "sandbox/request.h"

typedef int option_apply(struct request *req, const char *value, const char *value2, struct error *err);

option_apply apply_mnt;
option_apply apply_base;
option_apply apply_tmpfs_size;
option_apply apply_no_defaults;
option_apply apply_as;
option_apply apply_name;
option_apply apply_hostname;
option_apply apply_net;
option_apply apply_no_net;
option_apply apply_setenv;
option_apply apply_unsetenv;
option_apply apply_clearenv;
option_apply apply_chdir;
option_apply apply_profile;
option_apply apply_kernelspec;
option_apply apply_learn;
option_apply apply_no_replay;
option_apply apply_die_with_parent;
option_apply apply_command;
option_apply apply_list;
option_apply apply_kill;
option_apply apply_join;
option_apply apply_prompt;
option_apply apply_json;
option_apply apply_inspect;
option_apply apply_inspect_key;
option_apply apply_report;
option_apply apply_why;
option_apply apply_verbose;
option_apply apply_quiet;
option_apply apply_on_miss;
option_apply apply_allow;
option_apply apply_trace;
option_apply apply_no_trace;
option_apply apply_explain;
option_apply apply_step;
option_apply apply_dry_run;
option_apply apply_check;

#endif
