// Where the pool's threads run: they leave the processor that the caller runs on, where they may, and come back to it where
// they lose their own in the middle of a task. They may use the same ones afterwards.
//
// The system is made to put such a thread anywhere: for a moment it may run there alone.
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sched.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "common.h"

enum { ROWS = 64, ROUNDS = 20 };

static float input[ROWS * INPUTS], output[ROWS * OUTPUTS], expected[ROWS * OUTPUTS];

static void predict(dense_predictor *predictor) {
  memset(output, 0, sizeof output);
  must(dense_predictor_run(predictor, input, ROWS, INPUTS, output, ROWS * OUTPUTS));
  if (memcmp(output, expected, sizeof output) != 0) fail("results differ between threads");
}

// A fraction of a millisecond: systems let a thread wait longer before they look for another processor themselves.
static void predict_several_times(dense_predictor *predictor) {
  for (int i = 0; i < 5; i++) predict(predictor);
}

// The one thread of this process beside the first.
static pid_t pool_thread(void) {
  pid_t found = 0;
  DIR *tasks = opendir("/proc/self/task");
  for (struct dirent *task; tasks != NULL && (task = readdir(tasks)) != NULL;)
    if (atoi(task->d_name) > 0 && atoi(task->d_name) != getpid()) found = atoi(task->d_name);
  closedir(tasks);
  return found;
}

// The processor on which a thread ran last: the 37th field behind its name.
static int processor_of(pid_t thread) {
  char path[64], line[1024] = "";
  snprintf(path, sizeof path, "/proc/self/task/%d/stat", (int)thread);
  FILE *file = fopen(path, "r");
  if (file == NULL || fgets(line, sizeof line, file) == NULL) fail("%s: %s", path, strerror(errno));
  fclose(file);
  char *field = strrchr(line, ')');
  for (int i = 0; i < 37; i++) field = strchr(field + 1, ' ');
  return atoi(field);
}

static cpu_set_t single(int processor) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(processor, &set);
  return set;
}

static void allow(pid_t thread, const cpu_set_t *set) {
  if (sched_setaffinity(thread, sizeof *set, set) != 0) fail("sched_setaffinity: %s", strerror(errno));
}

static void expect_allowed(pid_t thread, const cpu_set_t *set) {
  cpu_set_t received;
  if (sched_getaffinity(thread, sizeof received, &received) != 0) fail("sched_getaffinity: %s", strerror(errno));
  if (!CPU_EQUAL(&received, set)) fail("the pool's thread may use other processors than before");
}

static void moves_away(dense_predictor *predictor, const cpu_set_t *all) {
  predict(predictor);
  pid_t thread = pool_thread();
  if (thread == 0) fail("expected a thread of the pool, received none");
  int here = sched_getcpu(), away = 0;
  const cpu_set_t one = single(here);
  allow(0, &one);
  for (int round = 0; round < ROUNDS; round++) {
    allow(thread, &one);
    predict_several_times(predictor);
    expect_allowed(thread, &one);
    if (processor_of(thread) != here) fail("the pool's thread runs where it may not");
    // By turns it sleeps or may wait for the processor.
    if (round % 2 == 0) usleep(2000);
    allow(thread, all);
    predict_several_times(predictor);
    expect_allowed(thread, all);
    away += processor_of(thread) != here;
    usleep(2000);
  }
  allow(0, all);
  // Others may use the processors too.
  if (away <= ROUNDS / 2) fail("the pool's thread left the caller's processor in %d of %d rounds", away, ROUNDS);
  printf("ok: the pool's thread left the caller's processor in %d of %d rounds\n", away, ROUNDS);
}

static volatile int is_over;

static void *keep_busy(void *unused) {
  while (!is_over) continue;
  return unused;
}

static double own_milliseconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return time.tv_sec * 1e3 + time.tv_nsec * 1e-6;
}

// A thread of the pool that shares the other processor with another thread loses it for milliseconds, again and again. The
// time that the caller waits for it counts as the caller's own.
static void is_lent_a_processor(dense_predictor *predictor, const cpu_set_t *all) {
  int here = sched_getcpu(), there = 0;
  while (there == here || !CPU_ISSET(there, all)) there++;
  const cpu_set_t one = single(here), other = single(there);
  cpu_set_t both;
  CPU_OR(&both, &one, &other);
  pid_t thread = pool_thread();
  allow(thread, &both);
  allow(0, &other);
  pthread_t busy;
  if (pthread_create(&busy, NULL, keep_busy, NULL) != 0) fail("pthread_create");
  allow(0, &one);
  // The system may take a processor away once, which counts as time of whoever had it.
  double least = 1e9;
  for (int round = 0; round < 3; round++) {
    double longest = 0;
    for (double begin = own_milliseconds(), now = begin; now < begin + 150;) {
      predict(predictor);
      double last = now;
      now = own_milliseconds();
      if (now - last > longest) longest = now - last;
    }
    if (longest < least) least = longest;
  }
  is_over = 1;
  pthread_join(busy, NULL);
  expect_allowed(thread, &both);
  allow(thread, all), allow(0, all);
  if (least > 1.5) fail("a prediction waited for %.1f ms for a thread without a processor", least);
  printf("ok: predictions of %d rows took %.1f ms at most beside a busy thread\n", ROWS, least);
}

// In a child, the system refuses to tell or change which processors threads may use.
static void works_where_it_is_refused(dense_predictor *predictor) {
  fflush(NULL);
  pid_t child = fork();
  if (child == 0) {
    struct sock_filter rules[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_sched_setaffinity, 1, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_sched_getaffinity, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {.len = LENGTH(rules), .filter = rules};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
      _exit(77);
    for (int i = 0; i < ROUNDS; i++) predict_several_times(predictor), usleep(200);
    _exit(pool_thread() == 0);
  }
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child) fail("fork: %s", strerror(errno));
  if (WIFEXITED(status) && WEXITSTATUS(status) == 77) {
    puts("this system does not let a process filter its system calls: not tested");
  } else if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    fail("where the processors of threads cannot be set: ended with status %#x", status);
  } else {
    puts("ok: threads share work where their processors cannot be set");
  }
}

int main(void) {
  fill(input, LENGTH(input));
  dense_network *network = make_network(0);
  dense_predictor_options *options = NULL;
  dense_predictor *predictor = NULL;
  must(dense_predictor_options_create(&options));
  must(dense_predictor_options_set(options, "num_threads", 0));
  must(dense_predictor_create(network, options, &predictor));
  dense_predictor_options_destroy(options);
  must(dense_set_num_threads(1));
  must(dense_predictor_run(predictor, input, ROWS, INPUTS, expected, ROWS * OUTPUTS));
  must(dense_set_num_threads(2));

  cpu_set_t all;
  if (sched_getaffinity(0, sizeof all, &all) != 0) fail("sched_getaffinity: %s", strerror(errno));
  if (CPU_COUNT(&all) < 2) return puts("one processor: nowhere to go"), 0;
  moves_away(predictor, &all);
  is_lent_a_processor(predictor, &all);
  works_where_it_is_refused(predictor);
  dense_predictor_destroy(predictor);
  dense_network_destroy(network);
  return 0;
}
