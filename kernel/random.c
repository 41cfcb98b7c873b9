/* SPDX-License-Identifier: MIT */
/*
 * kernel/random.c - the random generator.
 *
 * Theory
 *
 * The generator is the stream cipher ChaCha20 under a secret key.  Each
 * request runs it once, takes the first 32 bytes as the next key and gives
 * out the rest: so nobody who learns today's key can compute what was given
 * out yesterday ("fast key erasure").
 *
 * The key is mixed from the CPU's own generator where there is one, and from
 * the time stamp counter at every request.  Unlike Linux, nothing is
 * estimated: under an emulator without RDRAND the first numbers of a boot are
 * only as good as the counter.
 *
 * In Linux: drivers/char/random.c.
 */
#include "kernel/random.h"
#include <asm/processor.h>
#include <asm/uaccess.h>
#include "kernel/lib/errno.h"
#include "kernel/lib/kernel.h"
#include "kernel/lib/string.h"
#include "kernel/sched.h"
#include "kernel/spinlock.h"
#include "kernel/syscalls.h"

#define CHACHA_KEY_WORDS   8
#define CHACHA_BLOCK_WORDS 16
#define CHACHA_BLOCK_SIZE  64

/* Taken in interrupts too; protects key and seeded. */
static DEFINE_SPINLOCK(crng_lock);
static u32 crng_key[CHACHA_KEY_WORDS];
static bool seeded;

/* ---- ChaCha20 (RFC 8439) ------------------------------------------------ */

static u32 rol32(u32 word, unsigned int shift)
{
	return word << shift | word >> (32 - shift);
}

static void quarter_round(u32 *x, int a, int b, int c, int d)
{
	x[a] += x[b];
	x[d] = rol32(x[d] ^ x[a], 16);
	x[c] += x[d];
	x[b] = rol32(x[b] ^ x[c], 12);
	x[a] += x[b];
	x[d] = rol32(x[d] ^ x[a], 8);
	x[c] += x[d];
	x[b] = rol32(x[b] ^ x[c], 7);
}

static void chacha20_block(const u32 *key, u64 counter, u32 *out)
{
	u32 state[CHACHA_BLOCK_WORDS] = { 0x61707865, 0x3320646e, 0x79622d32,
					  0x6b206574 };
	u32 x[CHACHA_BLOCK_WORDS];

	memcpy(&state[4], key, CHACHA_KEY_WORDS * sizeof(u32));
	state[12] = lower_32_bits(counter);
	state[13] = upper_32_bits(counter);
	memcpy(x, state, sizeof(x));
	for (int i = 0; i < 10; i++) {
		quarter_round(x, 0, 4, 8, 12);
		quarter_round(x, 1, 5, 9, 13);
		quarter_round(x, 2, 6, 10, 14);
		quarter_round(x, 3, 7, 11, 15);
		quarter_round(x, 0, 5, 10, 15);
		quarter_round(x, 1, 6, 11, 12);
		quarter_round(x, 2, 7, 8, 13);
		quarter_round(x, 3, 4, 9, 14);
	}
	for (int i = 0; i < CHACHA_BLOCK_WORDS; i++)
		out[i] = x[i] + state[i];
}

/* ---- the key ------------------------------------------------------------ */

/* Xor into the key, and stir. */
static void mix_locked(const void *buf, size_t len) __must_hold(&crng_lock)
{
	u32 block[CHACHA_BLOCK_WORDS];
	const u8 *bytes = buf;

	lockdep_assert_held(&crng_lock);
	while (len) {
		size_t n = min(len, sizeof(crng_key));

		for (size_t i = 0; i < n; i++)
			((u8 *)crng_key)[i] ^= bytes[i];
		chacha20_block(crng_key, 0, block);
		memcpy(crng_key, block, sizeof(crng_key));
		bytes += n;
		len -= n;
	}
}

static void seed_locked(void) __must_hold(&crng_lock)
{
	unsigned long words[CHACHA_KEY_WORDS];

	lockdep_assert_held(&crng_lock);
	for (int i = 0; i < CHACHA_KEY_WORDS; i++) {
		if (!arch_get_random(&words[i]))
			words[i] = 0;
		words[i] ^= rdtsc();
	}
	mix_locked(words, sizeof(words));
	seeded = true;
}

void add_device_randomness(const void *buf, size_t len)
{
	unsigned long flags;

	spin_lock_irqsave(&crng_lock, flags);
	mix_locked(buf, len);
	spin_unlock_irqrestore(&crng_lock, flags);
}

/* A key for one request; the generator's own is replaced. */
static void extract_key(u32 *key)
{
	u32 block[CHACHA_BLOCK_WORDS];
	unsigned long flags;

	spin_lock_irqsave(&crng_lock, flags);
	if (!seeded)
		seed_locked();
	chacha20_block(crng_key, rdtsc(), block);
	memcpy(crng_key, block, sizeof(crng_key));
	spin_unlock_irqrestore(&crng_lock, flags);
	memcpy(key, block + CHACHA_KEY_WORDS, sizeof(crng_key));
}

void get_random_bytes(void *buf, size_t len)
{
	u32 key[CHACHA_KEY_WORDS], block[CHACHA_BLOCK_WORDS];
	u64 counter = 0;
	u8 *bytes = buf;

	extract_key(key);
	if (len <= sizeof(key)) { /* the key itself is random enough */
		memcpy(buf, key, len);
		return;
	}
	while (len) {
		size_t n = min_t(size_t, len, CHACHA_BLOCK_SIZE);

		chacha20_block(key, counter++, block);
		memcpy(bytes, block, n);
		bytes += n;
		len -= n;
	}
}

ssize_t get_random_bytes_user(char __user *buf, size_t len)
{
	u32 key[CHACHA_KEY_WORDS], block[CHACHA_BLOCK_WORDS];
	size_t done = 0;
	u64 counter = 0;

	if (!len)
		return 0;
	extract_key(key);
	while (done < len) {
		size_t n = min_t(size_t, len - done, CHACHA_BLOCK_SIZE);
		size_t left;

		chacha20_block(key, counter++, block);
		left = copy_to_user(buf + done, block, n);
		done += n - left;
		if (left)
			break;
		if (!(counter % (PAGE_SIZE / CHACHA_BLOCK_SIZE))) {
			if (signal_pending(current))
				break;
			cond_resched();
		}
	}
	return done ? (ssize_t)done : -EFAULT;
}

#define GRND_NONBLOCK 1u
#define GRND_RANDOM   2u
#define GRND_INSECURE 4u

SYSCALL_DEFINE3(getrandom, char __user *, buf, size_t, count, unsigned int,
		flags)
{
	if (flags & ~(GRND_NONBLOCK | GRND_RANDOM | GRND_INSECURE))
		return -EINVAL;
	if ((flags & (GRND_RANDOM | GRND_INSECURE)) ==
	    (GRND_RANDOM | GRND_INSECURE))
		return -EINVAL;
	/* The generator never blocks. */
	return get_random_bytes_user(buf, min_t(size_t, count, INT_MAX));
}
