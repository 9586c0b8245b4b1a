/* powerdisk: a disk with a volatile write cache, whose power can be cut. Part of Flotilla; the licence is the project's.
 *
 *   powerdisk serve <backing-image> <mount-file> <control-socket>
 *
 * Serves ONE regular file over /dev/fuse (without libfuse); put a loop device and a real file system on it. What a write
 * overwrote is remembered until the file system FLUSHes (loop turns REQ_FLUSH and FUA into FSYNC), so the image can be
 * brought to what a power cut at this instant leaves. Nothing is intercepted in the processes that use the file system:
 * mmap, O_DIRECT and asynchronous writes are covered. Control socket: one command a connection, one line of answer.
 *   blackout <mode> <seed> <p> <granule>   the power goes: applies the loss to the image, answers EIO to everything since
 *        ordered : all that the device received survives (a cache with a battery)
 *        flushed : only what was received before the last FLUSH survives
 *        random  : each <granule>-byte piece of each write since the last FLUSH survives with probability p
 *      answer: ok <CLOCK_MONOTONIC ns of the instant> <writes since the last flush> <pieces> <lost> <flushes> <writes>
 *   slow <ms>   every FLUSH takes that long from now on, and holds up what is behind it; 0 ends it. Answer: ok
 *   hang <ms>   nothing that is asked of the disk is answered for that long; all of it then. Answer: ok
 *   quit
 *
 *   POWERDISK_TREE=<directory> powerdisk writeback <per-second> <seed>
 *
 * What a kernel may do at any time: writes dirty pages of random files below the directory back, in any order, without a
 * flush; ends with its standard input. The directory comes by the environment, so that the process is not taken for one that works there.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <linux/fuse.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define MAXW (1 << 20)
#define BUF (MAXW + 65536)
#define G 4096 /* what was overwritten is kept in pieces of this size */

static int fuse_fd, img;
static uint64_t size;
static int dead, slow_ms;
static int64_t hang_until;
static int64_t now_ms(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec * 1000LL + t.tv_nsec / 1000000; }
static uint64_t n_flush, n_write;

struct w { uint64_t off; uint32_t len; char *data; };
static struct w *pend; static size_t np, cap;

/* the content before the first write since the last flush, by piece: open hash */
struct u { uint64_t g; char *old; };
static struct u *ht; static size_t hn, hcap;
static size_t slot(uint64_t g) { size_t i = (g * 0x9E3779B97F4A7C15ull) & (hcap - 1); while (ht[i].old && ht[i].g != g) i = (i + 1) & (hcap - 1); return i; }
static void hgrow(void) {
  struct u *o = ht; size_t oc = hcap; hcap = oc ? oc * 2 : 1 << 16; ht = calloc(hcap, sizeof *ht);
  for (size_t i = 0; i < oc; i++) if (o[i].old) ht[slot(o[i].g)] = o[i];
  free(o);
}
static char before[MAXW + 2 * G];
static void remember(uint64_t off, uint32_t len) {
  uint64_t first = off / G, end = (off + len + G - 1) / G; int have = 0;
  for (uint64_t g = first; g < end; g++) {
    if (hn * 2 >= hcap) hgrow();
    size_t i = slot(g);
    if (ht[i].old) continue;
    if (!have) { /* one read for the whole write */
      memset(before, 0, (end - first) * G);
      if (pread(img, before, (end - first) * G, first * G) < 0) memset(before, 0, (end - first) * G);
      have = 1;
    }
    ht[i].g = g; ht[i].old = malloc(G); hn++;
    memcpy(ht[i].old, before + (g - first) * G, G);
  }
}
static void flushed(void) {
  for (size_t i = 0; i < np; i++) free(pend[i].data);
  np = 0;
  if (hn) { for (size_t i = 0; i < hcap; i++) if (ht[i].old) { free(ht[i].old); ht[i].old = 0; } hn = 0; }
  n_flush++;
}
static uint64_t rs;
static double rnd(void) { rs ^= rs >> 12; rs ^= rs << 25; rs ^= rs >> 27; return ((rs * 0x2545F4914F6CDD1Dull) >> 11) / 9007199254740992.0; }
static int put(const char *data, size_t len, uint64_t off) { return pwrite(img, data, len, off) == (ssize_t)len; }
static void blackout(char *mode, uint64_t seed, double p, uint32_t gran, char *ans) {
  struct timespec ts; clock_gettime(CLOCK_MONOTONIC, &ts); dead = 1;
  size_t lost = 0, total = 0; int good = 1;
  if (strcmp(mode, "ordered")) {
    for (size_t i = 0; i < hcap; i++) if (ht[i].old) {
      uint64_t off = ht[i].g * G; good &= put(ht[i].old, off + G > size ? size - off : G, off);
    }
    rs = seed * 2654435761u + 88172645463325252ull; for (int i = 0; i < 20; i++) rnd();
    for (size_t i = 0; i < np; i++)
      for (uint32_t o = 0; o < pend[i].len; o += gran) {
        uint32_t l = pend[i].len - o < gran ? pend[i].len - o : gran;
        total++;
        if (!strcmp(mode, "random") && rnd() < p) good &= put(pend[i].data + o, l, pend[i].off + o); else lost++;
      }
  }
  if (!good) { sprintf(ans, "error the image cannot be written\n"); return; }
  sprintf(ans, "ok %lld %zu %zu %zu %llu %llu\n", (long long)ts.tv_sec * 1000000000LL + ts.tv_nsec, np, total, lost, (unsigned long long)n_flush, (unsigned long long)n_write);
}
static void reply(uint64_t unique, int err, void *data, size_t len) {
  struct fuse_out_header h = { .len = sizeof h + len, .error = err, .unique = unique };
  struct iovec v[2] = { { &h, sizeof h }, { data, len } };
  if (writev(fuse_fd, v, len ? 2 : 1) < 0 && errno != ENOENT) perror("reply");
}
static void attr(struct fuse_attr *a) {
  memset(a, 0, sizeof *a); a->ino = 1; a->size = size; a->blocks = size / 512; a->mode = S_IFREG | 0600; a->nlink = 1; a->blksize = 4096;
}
static char buf[BUF], rbuf[BUF];
static int serve(void) {
  ssize_t n = read(fuse_fd, buf, BUF);
  if (n < 0) return errno == EINTR || errno == EAGAIN || errno == ENOENT ? 0 : -1;
  struct fuse_in_header *h = (void *)buf; void *a = buf + sizeof *h;
  switch (h->opcode) {
  case FUSE_INIT: {
    struct fuse_init_in *in = a; struct fuse_init_out o; memset(&o, 0, sizeof o);
    o.major = FUSE_KERNEL_VERSION; o.minor = FUSE_KERNEL_MINOR_VERSION; o.max_readahead = in->max_readahead;
    o.flags = in->flags & (FUSE_BIG_WRITES | FUSE_MAX_PAGES | FUSE_ASYNC_READ); o.max_write = MAXW; o.max_pages = 256; o.max_background = 64; o.congestion_threshold = 48;
    reply(h->unique, 0, &o, sizeof o); break; }
  case FUSE_GETATTR: case FUSE_SETATTR: { struct fuse_attr_out o; memset(&o, 0, sizeof o); o.attr_valid = 3600; attr(&o.attr); reply(h->unique, 0, &o, sizeof o); break; }
  case FUSE_OPEN: { struct fuse_open_out o; memset(&o, 0, sizeof o); o.fh = 1; o.open_flags = FOPEN_DIRECT_IO; reply(h->unique, 0, &o, sizeof o); break; }
  case FUSE_READ: {
    struct fuse_read_in *r = a; if (dead) { reply(h->unique, -EIO, 0, 0); break; }
    uint64_t l = r->size; if (r->offset >= size) l = 0; else if (r->offset + l > size) l = size - r->offset;
    ssize_t k = pread(img, rbuf, l, r->offset); if (k < 0) { reply(h->unique, -errno, 0, 0); break; }
    if ((uint64_t)k < l) memset(rbuf + k, 0, l - k);
    reply(h->unique, 0, rbuf, l); break; }
  case FUSE_WRITE: {
    struct fuse_write_in *w = a; char *d = buf + sizeof *h + sizeof *w;
    if (dead) { reply(h->unique, -EIO, 0, 0); break; }
    remember(w->offset, w->size);
    if (!put(d, w->size, w->offset)) { reply(h->unique, -EIO, 0, 0); break; }
    if (np == cap) pend = realloc(pend, (cap = cap ? cap * 2 : 1024) * sizeof *pend);
    pend[np].off = w->offset; pend[np].len = w->size; pend[np].data = malloc(w->size); memcpy(pend[np].data, d, w->size); np++;
    n_write++;
    struct fuse_write_out o = { .size = w->size }; reply(h->unique, 0, &o, sizeof o); break; }
  case FUSE_FSYNC: if (dead) { reply(h->unique, -EIO, 0, 0); break; } if (slow_ms) usleep(slow_ms * 1000); flushed(); reply(h->unique, 0, 0, 0); break;
  case FUSE_FLUSH: case FUSE_RELEASE: reply(h->unique, 0, 0, 0); break;
  case FUSE_STATFS: { struct fuse_statfs_out o; memset(&o, 0, sizeof o); o.st.bsize = 4096; o.st.namelen = 255; reply(h->unique, 0, &o, sizeof o); break; }
  case FUSE_FALLOCATE: reply(h->unique, -EOPNOTSUPP, 0, 0); break;
  case FUSE_FORGET: case FUSE_BATCH_FORGET: case FUSE_INTERRUPT: break;
  case FUSE_DESTROY: reply(h->unique, 0, 0, 0); return -1;
  default: reply(h->unique, -ENOSYS, 0, 0);
  }
  return 0;
}
static int disk(char **v) {
  /* Ctrl-C reaches the whole group: the disk stays until it is told to quit, or nothing could be unmounted. */
  signal(SIGINT, SIG_IGN); signal(SIGTERM, SIG_IGN); signal(SIGHUP, SIG_IGN); signal(SIGPIPE, SIG_IGN);
  img = open(v[2], O_RDWR); struct stat st; if (img < 0 || fstat(img, &st)) { perror(v[2]); return 1; }
  size = st.st_size; hgrow();
  close(open(v[3], O_CREAT | O_RDWR, 0600));
  fuse_fd = open("/dev/fuse", O_RDWR); if (fuse_fd < 0) { perror("/dev/fuse"); return 1; }
  char opt[200]; sprintf(opt, "fd=%d,rootmode=100600,user_id=0,group_id=0,allow_other", fuse_fd);
  if (mount("powerdisk", v[3], "fuse", MS_NOSUID | MS_NODEV, opt)) { perror("mount"); return 1; }
  unlink(v[4]); int s = socket(AF_UNIX, SOCK_STREAM, 0); struct sockaddr_un u = { .sun_family = AF_UNIX }; strncpy(u.sun_path, v[4], sizeof u.sun_path - 1);
  if (bind(s, (void *)&u, sizeof u) || listen(s, 8)) { perror("bind"); umount2(v[3], MNT_DETACH); return 1; }
  for (;;) {
    int64_t left = hang_until - now_ms();
    struct pollfd p[2] = { { left > 0 ? -1 : fuse_fd, POLLIN, 0 }, { s, POLLIN, 0 } };
    if (poll(p, 2, left > 0 ? (int)left : -1) < 0) continue;
    if (p[1].revents & POLLIN) {
      int k = accept(s, 0, 0); char q[300], mode[32], ans[300]; unsigned long long seed; double pr; unsigned gran, ms;
      ssize_t n = read(k, q, sizeof q - 1); q[n > 0 ? n : 0] = 0; strcpy(ans, "what?\n");
      if (sscanf(q, "blackout %31s %llu %lf %u", mode, &seed, &pr, &gran) == 4 && gran > 0) blackout(mode, seed, pr, gran, ans);
      else if (sscanf(q, "slow %u", &ms) == 1) { slow_ms = ms < 10000 ? ms : 10000; strcpy(ans, "ok\n"); }
      else if (sscanf(q, "hang %u", &ms) == 1) { hang_until = now_ms() + ms; strcpy(ans, "ok\n"); }
      else if (!strncmp(q, "quit", 4)) { if (write(k, "ok\n", 3)) {} close(k); umount2(v[3], MNT_DETACH); return 0; }
      if (write(k, ans, strlen(ans))) {}
      close(k);
    }
    if (p[0].revents & (POLLIN | POLLERR | POLLHUP)) if (serve() < 0) break;
  }
  umount2(v[3], MNT_DETACH);
  return 0;
}

static char *names[20000]; static int nn;
static int add(const char *p, const struct stat *st, int t, struct FTW *f) { (void)f; if (t == FTW_F && nn < 20000 && st->st_size > 0 && time(0) - st->st_mtime < 5) names[nn++] = strdup(p); return 0; }
static void writeback(const char *tree, int rate, long seed) {
  srand48(seed); struct timespec last = {0, 0}, now;
  for (;;) {
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (now.tv_sec * 1000 + now.tv_nsec / 1000000 - (last.tv_sec * 1000 + last.tv_nsec / 1000000) > 300) {
      for (int i = 0; i < nn; i++) free(names[i]);
      nn = 0; nftw(tree, add, 64, FTW_PHYS); last = now;
    }
    struct pollfd in = { 0, POLLIN, 0 };
    if (poll(&in, 1, 0) > 0 && (in.revents & (POLLHUP | POLLERR))) return; /* whoever started it is gone */
    int fd = nn ? open(names[(int)(drand48() * nn)], O_RDONLY) : -1; struct stat st;
    if (fd >= 0) {
      if (!fstat(fd, &st) && st.st_size > 0) {
        double x = drand48(); off_t pages = (st.st_size + 4095) / 4096, len = 1, off;
        while (len < pages && drand48() < 0.85) len *= 2;
        off = x < 0.4 ? pages - len * (1 + (int)(drand48() * 3)) : (off_t)(drand48() * pages);
        if (off < 0) off = 0;
        sync_file_range(fd, off * 4096, len * 4096, SYNC_FILE_RANGE_WRITE);
      }
      close(fd);
    }
    usleep(1000000 / rate);
  }
}

int main(int c, char **v) {
  const char *tree = getenv("POWERDISK_TREE");
  if (c == 5 && !strcmp(v[1], "serve")) return disk(v);
  if (c == 4 && !strcmp(v[1], "writeback") && tree && atoi(v[2]) > 0) {
    writeback(tree, atoi(v[2]), atol(v[3]));
    return 0;
  }
  fprintf(stderr, "powerdisk serve <backing-image> <mount-file> <control-socket>\n");
  return 2;
}
