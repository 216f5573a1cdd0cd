// The command loop of the C programs. See work.h.
#include "work.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

char work_error[512];

int work_fail(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(work_error, sizeof work_error, format, arguments);
  va_end(arguments);
  return -1;
}

double work_seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

int work_threads(void) {
  const char *text = getenv("DENSEBENCH_THREADS");
  int threads = text ? atoi(text) : 1;
  return threads > 0 ? threads : 1;
}

static void read_setting(work_t *work, const char *key, char *values) {
  int64_t index = 0;
  for (char *value = strtok(values, " \n"); value; value = strtok(NULL, " \n"), index++) {
    if (!strcmp(key, "widths") && index <= WORK_MAX_LAYERS) {
      work->widths[index] = atoll(value);
    } else if (!strcmp(key, "activations") && index < WORK_MAX_LAYERS) {
      snprintf(work->activations[index], sizeof work->activations[index], "%s", value);
    } else if (!strcmp(key, "kind")) {
      snprintf(work->kind, sizeof work->kind, "%s", value);
    } else if (!strcmp(key, "layers")) {
      work->layers = atoll(value);
    } else if (!strcmp(key, "rows")) {
      work->rows = atoll(value);
    } else if (!strcmp(key, "test_rows")) {
      work->test_rows = atoll(value);
    } else if (!strcmp(key, "epochs")) {
      work->epochs = atoll(value);
    } else if (!strcmp(key, "batch")) {
      work->batch = atoll(value);
    } else if (!strcmp(key, "learning_rate")) {
      work->learning_rate = atof(value);
    } else if (!strcmp(key, "target_accuracy")) {
      work->target_accuracy = atof(value);
    }
  }
}

int work_read(const char *folder, work_t *work) {
  memset(work, 0, sizeof *work);
  snprintf(work->folder, sizeof work->folder, "%s", folder);
  char path[640], line[1024];
  snprintf(path, sizeof path, "%s/work.txt", folder);
  FILE *file = fopen(path, "r");
  if (!file) return work_fail("cannot read %s", path);
  while (fgets(line, sizeof line, file)) {
    char *values = strchr(line, ' ');
    if (!values) continue;
    *values++ = '\0';
    read_setting(work, line, values);
  }
  fclose(file);
  if (work->layers < 1 || work->layers > WORK_MAX_LAYERS) return work_fail("%lld layers", (long long)work->layers);
  return 0;
}

static void *read_array(const work_t *work, const char *name, const char *suffix, size_t bytes) {
  char path[640];
  snprintf(path, sizeof path, "%s/%s.%s", work->folder, name, suffix);
  FILE *file = fopen(path, "rb");
  void *values = file ? malloc(bytes) : NULL;
  size_t got = values ? fread(values, 1, bytes, file) : 0;
  if (file) fclose(file);
  if (values && got == bytes) return values;
  free(values);
  work_fail("expected %zu bytes in %s, received %zu", bytes, path, got);
  return NULL;
}

float *work_floats(const work_t *work, const char *name, size_t count) {
  return read_array(work, name, "f32", count * sizeof(float));
}

int32_t *work_labels(const work_t *work, const char *name, size_t count) {
  return read_array(work, name, "i32", count * sizeof(int32_t));
}

double work_accuracy(const float *scores, const int32_t *labels, int64_t rows, int64_t columns) {
  int64_t right = 0;
  for (int64_t row = 0; row < rows; row++) {
    int64_t best = 0;
    for (int64_t column = 1; column < columns; column++) {
      if (scores[row * columns + column] > scores[row * columns + best]) best = column;
    }
    right += best == labels[row];
  }
  return (double)right / (double)rows;
}

static int prepare(const char *folder) {
  work_t work;
  const float *result = NULL;
  size_t count = 0;
  if (work_read(folder, &work) || peer_prepare(&work, &result, &count)) return -1;
  char path[640];
  snprintf(path, sizeof path, "%s/result.f32", folder);
  FILE *file = fopen(path, "wb");
  size_t written = file ? fwrite(result, sizeof(float), count, file) : 0;
  if (file) fclose(file);
  return written == count ? 0 : work_fail("cannot write %s", path);
}

static int run(long calls, double *seconds) {
  double own = 0;
  double begin = work_seconds();
  for (long i = 0; i < calls; i++) {
    double call = 0;
    if (peer_run(&call)) return -1;
    own += call;
  }
  *seconds = own > 0 ? own : work_seconds() - begin;
  return 0;
}

int main(void) {
  printf("ok %s\n", peer_version());
  fflush(stdout);
  char line[1200], name[16], first[600], second[600];
  while (fgets(line, sizeof line, stdin)) {
    first[0] = second[0] = '\0';
    if (sscanf(line, "%15s %599s %599s", name, first, second) < 1) continue;
    if (!strcmp(name, "quit")) return 0;
    char answer[256] = "";
    double seconds = 0;
    int status;
    if (!strcmp(name, "prepare")) {
      status = prepare(first);
    } else if (!strcmp(name, "run")) {
      status = run(atol(first), &seconds);
      snprintf(answer, sizeof answer, "%.9g", seconds);
    } else {
      status = peer_command(name, first, second, answer, sizeof answer);
    }
    if (status) {
      printf("error %s\n", work_error);
    } else {
      printf("ok %s\n", answer);
    }
    fflush(stdout);
  }
  return 0;
}
