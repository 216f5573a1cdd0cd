#include "support.h"

#include <stdio.h>

int main(void) {
  int failures = library_tests() + handle_tests() + argument_tests() + null_tests() + settings_tests() + layer_tests() +
                 network_tests() + training_tests() + file_tests() + thread_tests() + predictor_tests();
  // Every test ended its handles, so every object must be gone.
  if (dense_memory_in_use() != 0) {
    printf("expected no memory in use at the end, received %lld bytes\n", (long long)dense_memory_in_use());
    failures++;
  }
  return failures;
}
