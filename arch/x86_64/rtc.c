/* SPDX-License-Identifier: MIT */
/*
 * arch/x86_64/rtc.c - the board's clock, which runs on a battery.
 *
 * It is read once, at boot.  Its registers change one after the other once in a
 * second, so they are read until two readings agree and no update is going on.
 *
 * In Linux: drivers/rtc/rtc-mc146818-lib.c.
 */
#include <asm/io.h>
#include <asm/processor.h>
#include <asm/tsc.h>
#include "kernel/lib/string.h"

#define CMOS_INDEX 0x70
#define CMOS_DATA  0x71

#define RTC_SECONDS  0x00
#define RTC_MINUTES  0x02
#define RTC_HOURS    0x04
#define RTC_DAY      0x07
#define RTC_MONTH    0x08
#define RTC_YEAR     0x09 /* two digits */
#define RTC_STATUS_A 0x0a
#define RTC_STATUS_B 0x0b

#define RTC_UPDATING 0x80 /* in A */
#define RTC_BINARY   0x04 /* in B; otherwise BCD */
#define RTC_24H      0x02 /* in B */
#define RTC_PM       0x80 /* in the hour, if not 24H */

struct rtc_time {
	u8 sec, min, hour, day, month, year;
};

static u8 cmos_read(u8 reg)
{
	outb(reg, CMOS_INDEX);
	return inb(CMOS_DATA);
}

static struct rtc_time read_registers(void)
{
	/* Without a clock this never ends by itself: a floating bus. */
	for (int tries = 0; tries < 100000; tries++) {
		if (!(cmos_read(RTC_STATUS_A) & RTC_UPDATING))
			break;
		cpu_relax();
	}
	return (struct rtc_time){
		.sec = cmos_read(RTC_SECONDS),
		.min = cmos_read(RTC_MINUTES),
		.hour = cmos_read(RTC_HOURS),
		.day = cmos_read(RTC_DAY),
		.month = cmos_read(RTC_MONTH),
		.year = cmos_read(RTC_YEAR),
	};
}

static u8 from_bcd(u8 value)
{
	return (u8)((value >> 4) * 10 + (value & 15));
}

static void decode(struct rtc_time *t)
{
	u8 status = cmos_read(RTC_STATUS_B);
	bool pm = t->hour & RTC_PM;

	t->hour &= (u8)~RTC_PM;
	if (!(status & RTC_BINARY)) {
		t->sec = from_bcd(t->sec);
		t->min = from_bcd(t->min);
		t->hour = from_bcd(t->hour);
		t->day = from_bcd(t->day);
		t->month = from_bcd(t->month);
		t->year = from_bcd(t->year);
	}
	if (!(status & RTC_24H))
		t->hour = (u8)(t->hour % 12 + (pm ? 12 : 0));
}

/*
 * Days from 1970 to a date.  The year is counted from March, so that the leap
 * day is its last one, and months have 153 days in each five.
 */
static s64 days_from_civil(int year, int month, int day)
{
	int y = month <= 2 ? year - 1 : year;
	int m = month <= 2 ? month + 9 : month - 3;

	return (s64)y * 365 + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 +
	       day - 1 - 719468;
}

s64 rtc_read_time(void)
{
	struct rtc_time t = read_registers(), again;

	for (int tries = 0; tries < 10; tries++) {
		again = read_registers();
		if (!memcmp(&t, &again, sizeof(t)))
			break;
		t = again;
	}
	decode(&t);
	/* The century register is not reliable; this code is from 2026. */
	return days_from_civil(2000 + t.year, t.month, t.day) * 86400 +
	       t.hour * 3600 + t.min * 60 + t.sec;
}
