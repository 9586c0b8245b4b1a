/* A wall clock that can be set for one process tree, preloaded into it: the file named by JUMPCLOCK holds how far it is
 * off, 8 bytes, nanoseconds, and may change at any time. Only CLOCK_REALTIME is off; monotonic clocks are not, and what
 * waits until a moment of the wall clock waits as long as it would have: a kernel would end such a wait early or late
 * after a jump, so a jump is somewhat milder here than on a machine.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static volatile int64_t zero, *off = &zero;
static int (*real_gettime)(clockid_t, struct timespec *);
static int (*real_timedwait)(pthread_cond_t *, pthread_mutex_t *, const struct timespec *);
static int (*real_timedlock)(pthread_mutex_t *, const struct timespec *);
static int (*real_semwait)(sem_t *, const struct timespec *);

/* dlsym alone may give the conditions of an old glibc, which have another layout. */
static void *next(const char *name, const char *version) {
  void *found = dlvsym(RTLD_NEXT, name, version);
  return found ? found : dlsym(RTLD_NEXT, name);
}
__attribute__((constructor)) static void begin(void) {
  if (real_gettime) return;
  real_timedwait = next("pthread_cond_timedwait", "GLIBC_2.3.2");
  real_timedlock = dlsym(RTLD_NEXT, "pthread_mutex_timedlock");
  real_semwait = dlsym(RTLD_NEXT, "sem_timedwait");
  const char *name = getenv("JUMPCLOCK");
  int fd = name ? open(name, O_RDONLY | O_CLOEXEC) : -1;
  if (fd >= 0) {
    void *map = mmap(0, 4096, PROT_READ, MAP_SHARED, fd, 0);
    if (map != MAP_FAILED) off = map;
    close(fd);
  }
  real_gettime = dlsym(RTLD_NEXT, "clock_gettime");
}

static struct timespec moved(struct timespec t, int64_t by) {
  int64_t nanos = t.tv_nsec + by % 1000000000;
  t.tv_sec += by / 1000000000 + (nanos < 0 ? -1 : nanos / 1000000000);
  t.tv_nsec = (nanos + 1000000000) % 1000000000;
  return t;
}
int clock_gettime(clockid_t clock, struct timespec *t) {
  begin();
  int failed = real_gettime(clock, t);
  if (!failed && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) *t = moved(*t, *off);
  return failed;
}
int gettimeofday(struct timeval *restrict t, void *restrict zone) {
  (void)zone;
  struct timespec now; clock_gettime(CLOCK_REALTIME, &now);
  t->tv_sec = now.tv_sec; t->tv_usec = now.tv_nsec / 1000;
  return 0;
}
time_t time(time_t *t) {
  struct timespec now; clock_gettime(CLOCK_REALTIME_COARSE, &now);
  if (t) *t = now.tv_sec;
  return now.tv_sec;
}
int pthread_cond_timedwait(pthread_cond_t *restrict c, pthread_mutex_t *restrict m, const struct timespec *restrict until) {
  begin();
  /* glibc keeps there whether the condition goes by the monotonic clock */
  int monotonic = c->__data.__wrefs & 2;
  struct timespec t = monotonic ? *until : moved(*until, -*off);
  return real_timedwait(c, m, &t);
}
int pthread_mutex_timedlock(pthread_mutex_t *restrict m, const struct timespec *restrict until) {
  begin(); struct timespec t = moved(*until, -*off);
  return real_timedlock(m, &t);
}
int sem_timedwait(sem_t *restrict s, const struct timespec *restrict until) {
  begin(); struct timespec t = moved(*until, -*off);
  return real_semwait(s, &t);
}
