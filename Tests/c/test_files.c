// Files: what is saved comes back, training goes on from it, and a file that is torn, hostile or too new is refused.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

static digits data;

// The file's bytes, which the caller frees.
static char *read_file(const char *path, size_t *size) {
  FILE *file = fopen(path, "rb");
  assert_non_null(file);
  assert_int_equal(fseek(file, 0, SEEK_END), 0);
  *size = (size_t)ftell(file);
  rewind(file);
  char *bytes = malloc(*size + 1);
  assert_non_null(bytes);
  assert_int_equal(fread(bytes, 1, *size, file), *size);
  bytes[*size] = 0;
  fclose(file);
  return bytes;
}

static void write_file(const char *path, const char *bytes, size_t size) {
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(bytes, 1, size, file), size);
  fclose(file);
}

static void a_network_comes_back_and_trains_on(void **state) {
  (void)state;
  static float expected[ROWS * CLASSES], received[ROWS * CLASSES];
  dense_network *network = make_classifier(4), *loaded = NULL;
  assert_ok(dense_network_fit(network, data.x, ROWS, INPUTS, data.targets, 1, NULL, NULL));
  assert_ok(dense_network_save(network, scratch_path("network.safetensors")));
  assert_ok(dense_network_load(scratch_path("network.safetensors"), &loaded));
  assert_ok(dense_network_predict(network, data.x, ROWS, INPUTS, expected, ROWS * CLASSES));
  assert_ok(dense_network_predict(loaded, data.x, ROWS, INPUTS, received, ROWS * CLASSES));
  assert_memory_equal(expected, received, sizeof expected);
  assert_ok(dense_network_fit(network, data.x, ROWS, INPUTS, data.targets, 1, NULL, NULL));
  assert_ok(dense_network_fit(loaded, data.x, ROWS, INPUTS, data.targets, 1, NULL, NULL));
  assert_ok(dense_network_predict(network, data.x, ROWS, INPUTS, expected, ROWS * CLASSES));
  assert_ok(dense_network_predict(loaded, data.x, ROWS, INPUTS, received, ROWS * CLASSES));
  assert_memory_equal(expected, received, sizeof expected);
  dense_network_destroy(loaded);
  dense_network_destroy(network);
}

static void notes_come_back(void **state) {
  (void)state;
  dense_network *network = make_classifier(4), *loaded = NULL;
  char text[16] = "";
  int64_t length = 0;
  assert_fails(dense_network_get_note(network, "classes", text, sizeof text, &length), DENSE_ERROR_UNKNOWN_NAME,
               "no note 'classes'", "no notes");
  assert_ok(dense_network_set_note(network, "classes", "zero, one"));
  assert_ok(dense_network_set_note(network, "classes", "nought, \"one\""));
  assert_ok(dense_network_set_note(network, "author", "nobody"));
  assert_ok(dense_network_set_note(network, "author", NULL));
  assert_ok(dense_network_save(network, scratch_path("notes")));
  assert_ok(dense_network_load(scratch_path("notes"), &loaded));
  assert_fails(dense_network_get_note(loaded, "classes", text, 13, &length), DENSE_ERROR_SHAPE_MISMATCH, "received 13");
  assert_int_equal(length, 13);
  assert_ok(dense_network_get_note(loaded, "classes", text, sizeof text, &length));
  assert_string_equal(text, "nought, \"one\"");
  assert_fails(dense_network_get_note(loaded, "author", text, sizeof text, &length), DENSE_ERROR_UNKNOWN_NAME,
               "expected one of: classes");
  dense_network_destroy(loaded);
  dense_network_destroy(network);
}

static void a_layer_comes_back(void **state) {
  (void)state;
  dense_layer *layer = make_dense(3, "sigmoid"), *loaded = NULL;
  const float x[4] = {1, 2, 3, 4};
  float expected[3], received[3];
  assert_ok(dense_layer_build(layer, 4, 9));
  assert_ok(dense_layer_save(layer, scratch_path("layer.safetensors")));
  assert_ok(dense_layer_load(scratch_path("layer.safetensors"), &loaded));
  assert_ok(dense_layer_forward(layer, x, 1, 4, 0, expected, 3));
  assert_ok(dense_layer_forward(loaded, x, 1, 4, 0, received, 3));
  assert_memory_equal(expected, received, sizeof expected);
  dense_layer_destroy(loaded);
  dense_layer_destroy(layer);
}

static void files_that_cannot_be_reached_are_reported(void **state) {
  (void)state;
  dense_network *network = make_classifier(1), *none = NULL;
  dense_layer *layer = make_dense(1, "linear"), *no_layer = NULL;
  assert_ok(dense_layer_build(layer, 1, 0));
  assert_fails(dense_network_load(scratch_path("missing"), &none), DENSE_ERROR_INPUT_OUTPUT, "missing", "No such file");
  assert_fails(dense_layer_load(scratch_path("missing"), &no_layer), DENSE_ERROR_INPUT_OUTPUT, "missing");
  assert_fails(dense_network_save(network, scratch_path("missing/network")), DENSE_ERROR_INPUT_OUTPUT, "missing");
  assert_fails(dense_layer_save(layer, scratch_path("missing/layer")), DENSE_ERROR_INPUT_OUTPUT, "missing");
  assert_int_not_equal(dense_network_save(network, ""), DENSE_OK);
  assert_int_not_equal(dense_network_load("", &none), DENSE_OK);
  assert_int_not_equal(dense_network_load("/", &none), DENSE_OK);
  assert_int_not_equal(dense_network_load("/dev/zero", &none), DENSE_OK);
  assert_true(none == NULL && no_layer == NULL);
  dense_layer_destroy(layer);
  dense_network_destroy(network);
}

static void files_of_something_else_are_refused(void **state) {
  (void)state;
  dense_network *network = make_classifier(1), *none = NULL;
  dense_layer *no_layer = NULL;
  assert_ok(dense_network_save(network, scratch_path("network.safetensors")));
  assert_fails(dense_layer_load(scratch_path("network.safetensors"), &no_layer), DENSE_ERROR_FILE_FORMAT,
               "expected a layer, received a network");
  write_file(scratch_path("text"), "This is no model at all.", 24);
  assert_fails(dense_network_load(scratch_path("text"), &none), DENSE_ERROR_FILE_FORMAT, "text");
  write_file(scratch_path("empty"), "", 0);
  assert_fails(dense_network_load(scratch_path("empty"), &none), DENSE_ERROR_FILE_FORMAT, "empty");
  dense_network_destroy(network);
}

// Where `text` stands in `bytes`, which may hold zeros.
static char *find(char *bytes, size_t size, const char *text) {
  for (size_t i = 0; i + strlen(text) <= size; i++) {
    if (memcmp(bytes + i, text, strlen(text)) == 0) return bytes + i;
  }
  fail_msg("no '%s' in the file", text);
  return NULL;
}

static void files_that_are_too_new_are_refused(void **state) {
  (void)state;
  dense_network *network = make_classifier(1), *none = NULL;
  size_t size = 0;
  assert_ok(dense_network_save(network, scratch_path("network.safetensors")));
  char *bytes = read_file(scratch_path("network.safetensors"), &size);
  *strchr(find(bytes, size, "minimum_reader"), '1') = '9';
  // Without its checksum the change is not seen as damage.
  *find(bytes, size, "dense_xxh64") = 'x';
  write_file(scratch_path("newer"), bytes, size);
  assert_fails(dense_network_load(scratch_path("newer"), &none), DENSE_ERROR_FILE_VERSION, "expected", "received",
               "newer version");
  free(bytes);
  dense_network_destroy(network);
}

static void a_changed_weight_is_found(void **state) {
  (void)state;
  dense_network *network = make_classifier(1), *none = NULL;
  size_t size = 0;
  assert_ok(dense_network_save(network, scratch_path("network.safetensors")));
  char *bytes = read_file(scratch_path("network.safetensors"), &size);
  // The lowest bit of a number, which is as finite as before.
  bytes[size - 4] ^= 1;
  write_file(scratch_path("damaged"), bytes, size);
  char sum[17] = "";
  memcpy(sum, find(bytes, size, "dense_xxh64\":\"") + 14, 16);
  assert_fails(dense_network_load(scratch_path("damaged"), &none), DENSE_ERROR_FILE_FORMAT, "damaged",
               "expected contents of the checksum", sum, "received");
  // Files of other programs and of earlier versions have no checksum.
  *find(bytes, size, "dense_xxh64") = 'x';
  write_file(scratch_path("damaged"), bytes, size);
  assert_ok(dense_network_load(scratch_path("damaged"), &none));
  free(bytes);
  dense_network_destroy(none);
  dense_network_destroy(network);
}

static void torn_and_damaged_files_never_crash(void **state) {
  (void)state;
  dense_network *network = NULL, *loaded = NULL;
  dense_layer *layer = make_dense(2, "relu");
  size_t size = 0;
  assert_ok(dense_network_create(3, &network));
  assert_ok(dense_network_add(network, layer));
  assert_ok(dense_network_build(network));
  assert_ok(dense_network_save(network, scratch_path("small")));
  char *bytes = read_file(scratch_path("small"), &size);
  for (size_t cut = 0; cut < size; cut += cut < 16 ? 1 : 37) {
    write_file(scratch_path("torn"), bytes, cut);
    assert_fails(dense_network_load(scratch_path("torn"), &loaded), DENSE_ERROR_FILE_FORMAT, "torn");
  }
  const float x[3] = {1, -2, 3};
  float expected[2], received[2];
  assert_ok(dense_network_predict(network, x, 1, 3, expected, 2));
  int refused = 0;
  for (size_t place = 0; place < size; place += place < 16 ? 1 : 29) {
    char kept = bytes[place];
    bytes[place] = (char)(kept ^ 0x15);
    write_file(scratch_path("damaged"), bytes, size);
    dense_status status = dense_network_load(scratch_path("damaged"), &loaded);
    // What is not refused as a fault of the file has done no harm, such as another space at the header's end.
    if (status == DENSE_OK) {
      assert_ok(dense_network_predict(loaded, x, 1, 3, received, 2));
      assert_memory_equal(expected, received, sizeof expected);
      dense_network_destroy(loaded);
    } else {
      assert_int_equal(status, DENSE_ERROR_FILE_FORMAT);
    }
    refused += status != DENSE_OK;
    bytes[place] = kept;
  }
  assert_true(refused > 20);
  free(bytes);
  dense_layer_destroy(layer);
  dense_network_destroy(network);
}

static int set_up(void **state) {
  (void)state;
  make_digits(&data, 3);
  return 0;
}

int file_tests(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_network_comes_back_and_trains_on),
      cmocka_unit_test(notes_come_back),
      cmocka_unit_test(a_layer_comes_back),
      cmocka_unit_test(files_that_cannot_be_reached_are_reported),
      cmocka_unit_test(files_of_something_else_are_refused),
      cmocka_unit_test(files_that_are_too_new_are_refused),
      cmocka_unit_test(a_changed_weight_is_found),
      cmocka_unit_test(torn_and_damaged_files_never_crash),
  };
  return cmocka_run_group_tests_name("files", tests, set_up, NULL);
}
