// Running a predictor allocates nothing, takes no lock and makes no system call.
//
// Calls of the C library are counted (watch.h). For system calls a child process asks the kernel to kill it at the first
// one.
#define _GNU_SOURCE
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common.h"
#include "watch.h"

enum { RUNS = 10000, ROWS = 40 };

// MARK: What runs

typedef struct {
  const char *name;
  dense_predictor *predictor;
  int rows;
  void *workspace;
  int64_t workspace_bytes;
} subject;

static float input[ROWS * INPUTS], output[ROWS * OUTPUTS];

static dense_status run(const subject *it) {
  int64_t count = it->rows * (int64_t)OUTPUTS;
  if (it->workspace == NULL) return dense_predictor_run(it->predictor, input, it->rows, INPUTS, output, count);
  return dense_predictor_run_with_workspace(it->predictor, input, it->rows, INPUTS, output, count, it->workspace,
                                            it->workspace_bytes);
}

static int run_often(const subject *it) {
  int failures = 0;
  for (int i = 0; i < RUNS / it->rows; i++) failures += run(it) != DENSE_OK;
  return failures;
}

static void watch_calls(const subject *it) {
  start_watching();
  int failures = run_often(it);
  stop_watching();
  if (failures != 0) fail("%s: %s", it->name, dense_last_error());
}

static void count_calls(const subject *it) {
  watch_calls(it);
  if (allocations != 0 || locks != 0)
    fail("%s: expected no allocation and no lock, received %d and %d", it->name, allocations, locks);
}

// From here on the kernel kills the process at any system call but exit_group.
static void forbid_system_calls(void) {
  struct sock_filter rules[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit_group, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
  };
  struct sock_fprog program = {.len = LENGTH(rules), .filter = rules};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
    _exit(77);
}

// Runs `it`, or one system call where it is NULL, in a child that must make none. Returns how the child ended.
static int status_without_system_calls(const subject *it) {
  fflush(NULL);
  pid_t child = fork();
  if (child == 0) {
    forbid_system_calls();
    if (it == NULL) syscall(SYS_getppid);
    _exit(it != NULL && run_often(it) != 0);
  }
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child) fail("fork: %s", strerror(errno));
  return status;
}

static void watch_system_calls(const subject *it) {
  int status = status_without_system_calls(it);
  if (WIFSIGNALED(status)) fail("%s: expected no system call, ended by signal %d", it->name, WTERMSIG(status));
  if (WEXITSTATUS(status) != 0) fail("%s: ended with status %d", it->name, WEXITSTATUS(status));
}

// MARK: fork

static const dense_predictor *shared;
static volatile int is_over;

static void *keep_running(void *unused) {
  float x[INPUTS] = {0}, y[OUTPUTS];
  while (!is_over) must(dense_predictor_run(shared, x, 1, INPUTS, y, OUTPUTS));
  return unused;
}

// Children of a process whose other threads are in the middle of runs can run and destroy the predictor.
static void fork_while_others_run(dense_predictor *predictor) {
  pthread_t threads[3];
  shared = predictor;
  for (int i = 0; i < LENGTH(threads); i++)
    if (pthread_create(&threads[i], NULL, keep_running, NULL) != 0) fail("pthread_create");
  for (int round = 0; round < 30; round++) {
    pid_t child = fork();
    if (child == 0) {
      alarm(20);
      int failures = dense_predictor_run(predictor, input, 1, INPUTS, output, OUTPUTS) != DENSE_OK;
      dense_predictor_destroy(predictor);
      _exit(failures);
    }
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) != child) fail("fork: %s", strerror(errno));
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) fail("a child after fork ended with status %#x", status);
  }
  is_over = 1;
  for (int i = 0; i < LENGTH(threads); i++) pthread_join(threads[i], NULL);
}

int main(void) {
  fill(input, LENGTH(input));
  int status = status_without_system_calls(NULL);
  int can_filter = !(WIFEXITED(status) && WEXITSTATUS(status) == 77);
  if (!can_filter) puts("this system does not let a process filter its system calls: not watched");
  if (can_filter && !(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS))
    fail("the watch over system calls sees nothing");

  for (int kinds = 0; kinds < 2; kinds++) {
    dense_network *network = make_network(kinds);
    dense_predictor *predictor = make_predictor(network, 16, 1);
    const subject without = {"rows without a workspace", make_predictor(network, 16, 0), 2, NULL, 0};
    dense_network_destroy(network);
    watch_calls(&without);
    if (allocations == 0) fail("%s: expected allocations, received none: the watch sees nothing", without.name);
    const subject on_stack = {"one row on the stack", without.predictor, 1, NULL, 0};
    count_calls(&on_stack);
    if (can_filter) watch_system_calls(&on_stack);
    dense_predictor_destroy(without.predictor);
    int64_t bytes = 0;
    must(dense_predictor_workspace_bytes(predictor, ROWS, &bytes));
    void *workspace = malloc((size_t)bytes);
    const subject subjects[] = {
        {"one row", predictor, 1, NULL, 0},
        {"one row in the caller's workspace", predictor, 1, workspace, bytes},
        {"blocks of rows in a claimed workspace", predictor, ROWS, NULL, 0},
        {"blocks of rows in the caller's workspace", predictor, ROWS, workspace, bytes},
    };
    for (int i = 0; i < LENGTH(subjects); i++) {
      // The very first run may look up what the process needs once, such as the addresses of functions.
      must(run(&subjects[i]));
      count_calls(&subjects[i]);
      if (can_filter) watch_system_calls(&subjects[i]);
      printf("ok: %s, %d rows: no allocation, lock%s\n", subjects[i].name, RUNS,
             can_filter ? " or system call" : "; system calls not watched");
    }
    free(workspace);
    if (kinds == 0) fork_while_others_run(predictor), puts("ok: after fork");
    dense_predictor_destroy(predictor);
  }
  return 0;
}
