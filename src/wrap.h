/* SPDX-License-Identifier: GPL-3.0-or-later */
/* --kernelspec: from the options on the command line to a kernelspec that starts a kernel with them. */
#ifndef WRAP_H
#define WRAP_H

#include "base/error.h"
#include "sandbox/request.h"

/*
 * Looks whether a session could be started with the options, here, and executes isolate-kernelspec. Returns on failure
 * only: negative with err filled.
 */
int wrap_kernelspec(const struct request *req, struct error *err);

#endif
