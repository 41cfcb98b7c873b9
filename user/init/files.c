/* SPDX-License-Identifier: MIT */
/* user/init/files.c - whole files, and bytes to their end. */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "init.h"

char *read_file(const char *path, size_t *len)
{
	size_t room = 4096;
	char *buf = malloc(room + 1);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = -1;

	*len = 0;
	while (fd >= 0 && buf) {
		got = read(fd, buf + *len, room - *len);
		if (got <= 0)
			break;
		*len += got;
		if (*len == room)
			buf = realloc(buf, (room *= 2) + 1);
	}
	if (fd >= 0)
		close(fd);
	if (got < 0) {
		free(buf);
		return NULL;
	}
	buf[*len] = '\0';
	return buf;
}

char **split_words(char *words, size_t len)
{
	size_t nr = 0;
	char **array;

	for (size_t i = 0; i < len; i++)
		nr += words[i] == '\0';
	array = malloc((nr + 1) * sizeof(*array));
	if (!array)
		return NULL;
	for (size_t i = 0; i < nr; i++) {
		array[i] = words;
		words += strlen(words) + 1;
	}
	array[nr] = NULL;
	return array;
}

bool write_all(int fd, const void *buf, size_t len)
{
	const char *next = buf;

	while (len) {
		ssize_t put = write(fd, next, len);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return false;
		next += put;
		len -= put;
	}
	return true;
}
