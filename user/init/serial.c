/* SPDX-License-Identifier: MIT */
/* user/init/serial.c - serial ports that pass every byte unchanged. */

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include "init.h"

int open_serial(const char *path)
{
	struct termios modes;
	int fd = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);

	if (fd < 0)
		return -1;
	if (tcgetattr(fd, &modes) < 0)
		goto fail;
	cfmakeraw(&modes);
	modes.c_cflag |= CLOCAL | CREAD;
	cfsetospeed(&modes, B115200);
	cfsetispeed(&modes, B115200);
	if (tcsetattr(fd, TCSANOW, &modes) < 0)
		goto fail;
	return fd;

fail:
	close(fd);
	return -1;
}
