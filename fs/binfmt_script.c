/* SPDX-License-Identifier: MIT */
/*
 * fs/binfmt_script.c - a text file that names its interpreter in line one.
 *
 *	#! /bin/sh -x
 *
 * is run as `/bin/sh "-x" FILE ARGS...`.  All that follows the interpreter's
 * name is one argument.  The line must end within the first 256 bytes, or at
 * least the interpreter's name must: half a name may be another program.
 *
 * In Linux: fs/binfmt_script.c.
 */
#include "fs/exec.h"
#include "kernel/lib/err.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/string.h"
#include "mm/slab.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* The first byte of [s, end) that is no blank; @end if there is none. */
static char *skip_blanks(char *s, char *end)
{
	while (s < end && is_blank(*s))
		s++;
	return s;
}

/* The first blank or NUL of [s, end); @end if there is none. */
static char *skip_word(char *s, char *end)
{
	while (s < end && *s && !is_blank(*s))
		s++;
	return s;
}

/* What the first line says; both strings are inside bprm->buf. */
struct script_line {
	char *name; /* of the interpreter */
	char *arg;  /* NULL: none */
};

static int parse_line(struct linux_binprm *bprm, struct script_line *line)
{
	char *buf = bprm->buf, *limit = buf + BINPRM_BUF_SIZE - 1;
	char *end, *sep;

	if (buf[0] != '#' || buf[1] != '!')
		return -ENOEXEC;
	end = memchr(buf, '\n', BINPRM_BUF_SIZE);
	if (!end) {
		char *name = skip_blanks(buf + 2, limit);

		/* Whatever ends the name must have been read too. */
		if (name == limit || skip_word(name, limit) == limit)
			return -ENOEXEC;
		end = limit;
	}
	while (is_blank(end[-1]))
		end--;

	line->name = skip_blanks(buf + 2, end);
	if (line->name == end)
		return -ENOEXEC;
	sep = skip_word(line->name, end);
	line->arg = NULL;
	if (sep < end && *sep) {
		char *arg = skip_blanks(sep, end);

		if (arg < end)
			line->arg = arg;
	}
	*end = '\0';
	*sep = '\0';
	return 0;
}

/* Replace argv[0] by interpreter, argument and file name. */
static int change_arguments(struct linux_binprm *bprm,
			    const struct script_line *line)
{
	const char *file = bprm->interp ? bprm->interp : bprm->filename;
	int err = remove_arg_zero(bprm);

	if (!err)
		err = copy_string_kernel(file, bprm);
	if (!err && line->arg)
		err = copy_string_kernel(line->arg, bprm);
	if (!err)
		err = copy_string_kernel(line->name, bprm);
	if (!err)
		bprm->argc += line->arg ? 3 : 2;
	return err;
}

int load_script(struct linux_binprm *bprm)
{
	struct script_line line;
	struct file *file;
	char *interp;
	int err;

	err = parse_line(bprm, &line);
	if (err)
		return err;
	if (bprm->path_inaccessible) /* the interpreter could not open it */
		return -ENOENT;
	err = change_arguments(bprm, &line);
	if (err)
		return err;

	interp = kstrdup(line.name, GFP_KERNEL);
	if (!interp)
		return -ENOMEM;
	kfree(bprm->interp);
	bprm->interp = interp;
	file = open_exec(interp);
	if (IS_ERR(file))
		return PTR_ERR(file);
	bprm->interpreter = file;
	return 0;
}
