/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signals as kill(1) names them. */
#include "config.h"

#include "cmd/signal_names.h"

#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/number.h"
#include "base/text.h"

/* "SIGTERM" is "TERM". */
static const char *
without_prefix(const char *text)
{
	return strncasecmp(text, "SIG", 3) == 0 ? text + 3 : text;
}

/* "RTMIN+3" where name is "RTMIN", sign '+' and base SIGRTMIN. */
static int
realtime(const char *text, const char *name, char sign, int base)
{
	size_t len = strlen(name);
	uint64_t distance = 0;

	if (strncasecmp(text, name, len) != 0)
		return 0;
	if (text[len] != '\0' &&
	    (text[len] != sign || number_parse(text + len + 1, (uint64_t)(SIGRTMAX - SIGRTMIN), &distance) < 0))
		return 0;
	return sign == '+' ? base + (int)distance : base - (int)distance;
}

int
signal_of(const char *text)
{
	const char *name = without_prefix(text);
	uint64_t number;
	int signal;

	if (number_parse(text, (uint64_t)SIGRTMAX, &number) == 0)
		return (int)number;
	for (signal = 1; signal < SIGRTMIN; signal++)
		if (signal_name(signal) && strcasecmp(signal_name(signal), name) == 0)
			return signal;
	signal = realtime(name, "RTMIN", '+', SIGRTMIN);
	return signal > 0 ? signal : realtime(name, "RTMAX", '-', SIGRTMAX);
}

const char *
signal_nearest(const char *text)
{
	const char *names[NSIG];
	size_t n = 0;

	for (int signal = 1; signal < SIGRTMIN; signal++)
		if (signal_name(signal))
			names[n++] = signal_name(signal);
	return text_nearest(without_prefix(text), names, n);
}

const char *
signal_name(int signal)
{
	return sigabbrev_np(signal);
}
