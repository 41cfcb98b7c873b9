/* SPDX-License-Identifier: MIT */
/*
 * tests/user/fb_info.c - /dev/fb0 as a device: what it says of itself, and
 * that read, write, lseek and shared mappings all mean the same memory.
 */
#include "fb.h"
#include <sys/stat.h>
#include <sys/sysmacros.h>

static int bits_overlap(const struct fb_bitfield *a,
			const struct fb_bitfield *b)
{
	return a->offset < b->offset + b->length &&
	       b->offset < a->offset + a->length;
}

static void test_info(void)
{
	const struct fb_var_screeninfo *v = &fb_var;
	unsigned int bytes = v->bits_per_pixel / 8;

	ok(v->xres >= 640 && v->xres <= 4096 && v->yres >= 480 &&
		   v->yres <= 4096,
	   "the resolution is plausible", "");
	ok(v->xres_virtual >= v->xres && v->yres_virtual >= v->yres,
	   "the virtual screen contains the visible one", "");
	ok(v->xoffset == 0 && v->yoffset == 0, "it is not panned", "");
	ok(v->bits_per_pixel == 16 || v->bits_per_pixel == 24 ||
		   v->bits_per_pixel == 32,
	   "16, 24 or 32 bits a pixel", "");
	ok(v->red.length >= 5 && v->green.length >= 5 && v->blue.length >= 5 &&
		   v->red.offset + v->red.length <= v->bits_per_pixel &&
		   v->green.offset + v->green.length <= v->bits_per_pixel &&
		   v->blue.offset + v->blue.length <= v->bits_per_pixel,
	   "each colour has its bits inside the pixel", "");
	ok(!bits_overlap(&v->red, &v->green) &&
		   !bits_overlap(&v->green, &v->blue) &&
		   !bits_overlap(&v->red, &v->blue),
	   "which do not overlap", "");
	is_num(v->grayscale, 0, "it has colours", "");
	is_num(fb_fix.type, FB_TYPE_PACKED_PIXELS, "pixels are packed", "");
	is_num(fb_fix.visual, FB_VISUAL_TRUECOLOR, "and true colour", "");
	ok(fb_fix.line_length >= v->xres_virtual * bytes,
	   "a line holds its pixels", "");
	ok(fb_fix.smem_len >= fb_fix.line_length * v->yres,
	   "the memory holds the screen", "");
	ok(fb_fix.smem_start >= 1 << 20 && fb_fix.smem_start % PAGE == 0,
	   "and begins at a page above 1 MiB", "");
	ok(memchr(fb_fix.id, 0, 16) && fb_fix.id[0], "the driver has a name",
	   "");
	diag("%s: %ux%u, %u bits, %u KiB at %#lx", fb_fix.id, v->xres, v->yres,
	     v->bits_per_pixel, fb_fix.smem_len >> 10, fb_fix.smem_start);
}

static void test_node(void)
{
	struct stat st;

	need(!fstat(fb, &st));
	ok(S_ISCHR(st.st_mode) && major(st.st_rdev) == 29 &&
		   minor(st.st_rdev) == 0,
	   "/dev/fb0 is character device 29:0", "");
	is_errno(syscall(SYS_ioctl, fb, (long)FBIOGET_VSCREENINFO, 0x10L),
		 EFAULT, "ioctl with a bad pointer is EFAULT");
	is_errno(syscall(SYS_ioctl, fb, (long)FBIOGET_FSCREENINFO, 0x10L),
		 EFAULT, "FSCREENINFO too");
	is_errno(ioctl(fb, 0x46fe, 0), ENOTTY, "an unknown ioctl is ENOTTY");
}

static void test_read_write(void)
{
	static unsigned char a[3 * 4096], b[3 * 4096];
	char *p = fb_map(0, 3, RW, MAP_SHARED);

	for (size_t i = 0; i < sizeof(a); i++)
		a[i] = (unsigned char)(i * 7 + i / 256);
	is_num(pwrite(fb, a, sizeof(a), fb_mid), sizeof(a), "write", "");
	ok(!memcmp(p, a, sizeof(a)), "a mapping shows what was written", "");
	is_num(pread(fb, b, sizeof(b), fb_mid), sizeof(b), "read", "");
	ok(!memcmp(a, b, sizeof(a)), "gives it back", "");
	p[4097] = 0x5a;
	is_num(fb_peek(4097), 0x5a, "read shows what was stored", "");
	is_num(pwrite(fb, a + 1, 999, fb_mid + 3), 999,
	       "odd lengths at odd offsets", "");
	ok(!memcmp(p + 3, a + 1, 999) && !memcmp(p, a, 3) &&
		   !memcmp(p + 1002, a + 1002, 100),
	   "touch just those bytes", "");
	is_num(lseek(fb, fb_mid + 10, SEEK_SET), fb_mid + 10, "lseek", "");
	need(read(fb, b, 5) == 5);
	ok(!memcmp(b, p + 10, 5), "moves the offset", "");
	is_num(lseek(fb, 0, SEEK_CUR), fb_mid + 15, "and read moves it on", "");
	need(!munmap(p, 3 * PAGE));
}

static void test_end(void)
{
	static char buf[200];
	off_t end = fb_fix.smem_len;

	is_num(pread(fb, buf, 200, end), 0, "read at the end is 0", "");
	is_num(pread(fb, buf, 200, end - 50), 50, "before it, what is there",
	       "");
	is_num(pread(fb, buf, 200, end + 1000), 0, "and past it 0", "");
	is_errno(pwrite(fb, buf, 1, end + 1), EFBIG,
		 "write past the end is EFBIG");
	is_errno(pwrite(fb, buf, 1, end), ENOSPC, "at the end ENOSPC");
	memset(buf, 0, sizeof(buf));
	is_num(pwrite(fb, buf, 200, end - 50), 50, "before it, what fits", "");
	is_errno(pread(fb, (void *)0x10, 10, fb_mid), EFAULT,
		 "read into a bad buffer is EFAULT");
	is_errno(pwrite(fb, (void *)0x10, 10, fb_mid), EFAULT,
		 "write from a bad buffer too");
	fails_with(lseek(fb, -1, SEEK_DATA), EINVAL, "no data below 0",
		   "default_llseek() compares signed numbers.");
	is_num(lseek(fb, -1, SEEK_HOLE), 0, "but a hole after it", "");
}

static void test_mmap_bounds(void)
{
	size_t len = (fb_fix.smem_len + PAGE - 1) & -PAGE;
	char *p;

	p = mmap(NULL, len, RW, MAP_SHARED, fb, 0);
	ok(p != MAP_FAILED, "the whole memory can be mapped", "");
	if (p != MAP_FAILED)
		munmap(p, len);
	is_errno(sys_mmap(NULL, len + PAGE, RW, MAP_SHARED, fb, 0), EINVAL,
		 "a page more is EINVAL");
	is_errno(sys_mmap(NULL, len, RW, MAP_SHARED, fb, PAGE), EINVAL,
		 "also when the offset makes it so");
	is_errno(sys_mmap(NULL, PAGE, RW, MAP_SHARED, fb, len), EINVAL,
		 "an offset at the end is EINVAL");
	is_errno(sys_mmap(NULL, PAGE, RW, MAP_SHARED, fb, 1L << 62), EINVAL,
		 "an offset of 2^62 is EINVAL");
	is_errno(sys_mmap(NULL, PAGE, RW, MAP_SHARED, fb, -PAGE), EOVERFLOW,
		 "the last page of 2^64 is EOVERFLOW");
	is_errno(sys_mmap(NULL, PAGE, RW, MAP_SHARED, fb, -2 * PAGE), EINVAL,
		 "the one before it is EINVAL");
	is_errno(sys_mmap(NULL, 2 * PAGE, RW, MAP_SHARED, fb, -PAGE), EOVERFLOW,
		 "a range that wraps is EOVERFLOW");
	p = mmap(NULL, PAGE, RW, MAP_SHARED, fb, len - PAGE);
	ok(p != MAP_FAILED && !write_fault(p + PAGE - 1),
	   "the last page can be mapped and stored to", "");
	munmap(p, PAGE);
}

/* Access rights come from the descriptor, as with any file. */
static void test_access(void)
{
	int ro = open("/dev/fb0", O_RDONLY), wo = open("/dev/fb0", O_WRONLY);
	char *p;

	need(ro >= 0 && wo >= 0);
	is_errno(mmap(NULL, PAGE, RW, MAP_SHARED, ro, 0), EACCES,
		 "a shared writable map of a read-only descriptor is EACCES");
	is_errno(mmap(NULL, PAGE, PROT_READ, MAP_SHARED, wo, 0), EACCES,
		 "any map of a write-only one is EACCES");
	p = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, ro, fb_mid);
	need(p != MAP_FAILED);
	is_errno(sys_mprotect(p, PAGE, RW), EACCES,
		 "mprotect cannot add what the descriptor lacks");
	need(!munmap(p, PAGE));
	p = mmap(NULL, 2 * PAGE, RW, MAP_PRIVATE, ro, fb_mid);
	ok(p != MAP_FAILED && !write_fault(p + PAGE),
	   "a private writable one works",
	   "Its stores never reach the device.");
	need(!munmap(p, 2 * PAGE) && !close(ro) && !close(wo));
}

int main(void)
{
	fb_open();
	plan(50);
	test_info();
	test_node();
	test_read_write();
	test_end();
	test_mmap_bounds();
	test_access();
	return done();
}
