/* SPDX-License-Identifier: MIT */
/* tests/boot/tiny.c - say what a boot must get right, in a few lines. */

#include <stdio.h>
#include <string.h>
#include <sys/sysinfo.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct sysinfo info;
	char line[64] = "";
	FILE *file = fopen("/etc/passwd", "r");

	if (file && fgets(line, sizeof(line), file))
		line[strcspn(line, "\n")] = '\0';
	if (sysinfo(&info) < 0)
		return 1;
	printf("argument %s\n", argc > 1 ? argv[1] : "none");
	printf("passwd %s\n", line);
	printf("total_mib %lu\n", info.totalram / 1024 * info.mem_unit / 1024);
	return 23;
}
