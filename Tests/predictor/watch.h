// Stands in front of the C library's allocation and locking functions and counts who comes by, on any thread. Include
// it in one file of a program, which defines _GNU_SOURCE.
#ifndef WATCH_H
#define WATCH_H

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stddef.h>

static atomic_int is_watching, allocations, locks;

static inline void start_watching(void) {
  allocations = locks = 0;
  is_watching = 1;
}
static inline void stop_watching(void) { is_watching = 0; }
static inline void note_allocation(void) { atomic_fetch_add(&allocations, is_watching); }

void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t);
void *__libc_memalign(size_t, size_t);
void __libc_free(void *);

void *malloc(size_t size) { return note_allocation(), __libc_malloc(size); }
void *calloc(size_t count, size_t size) { return note_allocation(), __libc_calloc(count, size); }
void *realloc(void *old, size_t size) { return note_allocation(), __libc_realloc(old, size); }
void free(void *old) { note_allocation(), __libc_free(old); }
void *memalign(size_t alignment, size_t size) { return note_allocation(), __libc_memalign(alignment, size); }
void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }
int posix_memalign(void **place, size_t alignment, size_t size) {
  *place = memalign(alignment, size);
  return *place == NULL ? ENOMEM : 0;
}

#define WATCH(NAME, TYPE)                                        \
  int NAME(TYPE *it) {                                           \
    static int (*next)(TYPE *);                                  \
    if (next == NULL) *(void **)&next = dlsym(RTLD_NEXT, #NAME); \
    atomic_fetch_add(&locks, is_watching);                       \
    return next(it);                                             \
  }
WATCH(pthread_mutex_lock, pthread_mutex_t)
WATCH(pthread_mutex_trylock, pthread_mutex_t)
WATCH(pthread_spin_lock, pthread_spinlock_t)
WATCH(pthread_rwlock_rdlock, pthread_rwlock_t)
WATCH(pthread_rwlock_wrlock, pthread_rwlock_t)
WATCH(pthread_cond_signal, pthread_cond_t)
WATCH(pthread_cond_broadcast, pthread_cond_t)
WATCH(sem_wait, sem_t)
WATCH(sem_post, sem_t)

#endif
