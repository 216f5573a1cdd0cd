// densepy._native: the C ABI of libdense as Python functions, over the limited API of Python 3.11.
//
// Every function takes and returns what its namesake in densepy._ctypes does. The wrappers in _native_functions.h are
// generated from Sources/DenseABI; this file holds the conversions that they share, loading, and the progress callback.
// Arrays pass through the buffer protocol, so no header of NumPy is needed and one binary serves every NumPy.
// The library is opened by path, so that this back end and _ctypes serve the very same file.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "dense.h"

static void *library_image = NULL;
static PyObject *error_maker = NULL;

// MARK: Arguments. Each returns 1, or 0 with a Python exception set.

static int take_count(const char *function, Py_ssize_t given, Py_ssize_t expected) {
  if (library_image == NULL) {
    PyErr_SetString(PyExc_RuntimeError, "densepy._native.load() has not been called");
    return 0;
  }
  if (given == expected) return 1;
  PyErr_Format(PyExc_TypeError, "%s() takes %zd arguments, received %zd", function, expected, given);
  return 0;
}

static int take_handle(PyObject *argument, void **handle) {
  *handle = PyLong_AsVoidPtr(argument);
  return *handle != NULL || !PyErr_Occurred();
}

static int take_i64(PyObject *argument, int64_t *value) {
  *value = PyLong_AsLongLong(argument);
  return *value != -1 || !PyErr_Occurred();
}

static int take_i32(PyObject *argument, int32_t *value) {
  int64_t wide;
  if (!take_i64(argument, &wide)) return 0;
  if (wide < INT32_MIN || wide > INT32_MAX) {
    PyErr_Format(PyExc_OverflowError, "expected a 32-bit integer, received %lld", (long long)wide);
    return 0;
  }
  *value = (int32_t)wide;
  return 1;
}

static int take_u64(PyObject *argument, uint64_t *value) {
  *value = PyLong_AsUnsignedLongLong(argument);
  return *value != (uint64_t)-1 || !PyErr_Occurred();
}

static int take_f64(PyObject *argument, double *value) {
  *value = PyFloat_AsDouble(argument);
  return *value != -1.0 || !PyErr_Occurred();
}

// None is NULL. The text lives as long as `argument`, which the caller holds.
static int take_text(PyObject *argument, const char **text) {
  Py_ssize_t length;
  if (argument == Py_None) return 1;
  *text = PyUnicode_AsUTF8AndSize(argument, &length);
  if (*text == NULL) return 0;
  if (strlen(*text) == (size_t)length) return 1;
  PyErr_SetString(PyExc_ValueError, "embedded null character");
  return 0;
}

static int take_buffer(PyObject *argument, const char *format, int flags, Py_buffer *view) {
  if (argument == Py_None) return 1;
  if (PyObject_GetBuffer(argument, view, flags | PyBUF_C_CONTIGUOUS | PyBUF_FORMAT) != 0) return 0;
  const char *given = view->format == NULL ? "B" : view->format;
  // `long` and `long long` are the same 64 bits on this ABI's platforms; NumPy's int64 says "l".
  if (strcmp(given, format) == 0 || (*format == 'q' && strcmp(given, "l") == 0)) return 1;
  PyErr_Format(PyExc_TypeError, "expected an array of format '%s', received '%s'", format, given);
  return 0;
}

static int take_array(PyObject *argument, const char *format, Py_buffer *view) {
  return take_buffer(argument, format, 0, view);
}

static int take_writable(PyObject *argument, const char *format, Py_buffer *view) {
  return take_buffer(argument, format, PyBUF_WRITABLE, view);
}

// MARK: Results. Each returns a new reference, or NULL with a Python exception set.

static PyObject *give_none(void) { return Py_NewRef(Py_None); }
static PyObject *give_i32(int32_t value) { return PyLong_FromLong(value); }
static PyObject *give_i64(int64_t value) { return PyLong_FromLongLong(value); }
static PyObject *give_f64(double value) { return PyFloat_FromDouble(value); }
static PyObject *give_handle(void *handle) { return PyLong_FromVoidPtr(handle); }

static PyObject *give_text(const char *text) {
  return text == NULL ? give_none() : PyUnicode_DecodeUTF8(text, (Py_ssize_t)strlen(text), "replace");
}

static PyObject *give_string(const char *text, int64_t length) {
  return PyUnicode_DecodeUTF8(text, (Py_ssize_t)length, "replace");
}

static char *take_memory(int64_t length) {
  char *memory = length < 0 || length >= PY_SSIZE_T_MAX ? NULL : malloc((size_t)length + 1);
  if (memory == NULL) PyErr_NoMemory();
  return memory;
}

static void give_back(char *memory) { free(memory); }

static PyObject *give_failure(dense_status status);

// The table `library` of the library's functions, and a wrapper for each.
#include "_native_functions.h"

static PyObject *give_failure(dense_status status) {
  PyObject *error = PyObject_CallFunction(error_maker, "is", (int)status, library.last_error());
  if (error != NULL) {
    PyErr_SetObject((PyObject *)Py_TYPE(error), error);
    Py_DECREF(error);
  }
  return NULL;
}

// MARK: Progress

// An exception must not pass through the engine: it becomes the attribute `error` of the callable that raised it.
static void keep_exception(PyObject *callable) {
  PyObject *type, *value, *trace;
  PyErr_Fetch(&type, &value, &trace);
  PyErr_NormalizeException(&type, &value, &trace);
  if (trace != NULL) PyException_SetTraceback(value, trace);
  if (PyObject_SetAttrString(callable, "error", value) != 0) PyErr_WriteUnraisable(callable);
  Py_XDECREF(type);
  Py_XDECREF(value);
  Py_XDECREF(trace);
}

// Calls `callable(event, epoch, step, steps, values)`. `user` is borrowed: the Python caller keeps it until fit
// returns.
static int32_t report_every_event(void *user, int32_t event, int64_t epoch, int64_t step, int64_t steps,
                                  const double *values, int64_t value_count) {
  PyGILState_STATE state = PyGILState_Ensure();
  int32_t stop = 1;
  PyObject *numbers = PyTuple_New((Py_ssize_t)value_count);
  for (int64_t i = 0; numbers != NULL && i < value_count; i++) {
    PyObject *number = PyFloat_FromDouble(values[i]);
    if (number == NULL)
      Py_CLEAR(numbers);
    else
      PyTuple_SetItem(numbers, (Py_ssize_t)i, number);
  }
  PyObject *answer = numbers == NULL ? NULL
                                     : PyObject_CallFunction((PyObject *)user, "iLLLN", (int)event, (long long)epoch,
                                                             (long long)step, (long long)steps, numbers);
  if (answer != NULL) {
    stop = PyObject_IsTrue(answer) != 0;
    Py_DECREF(answer);
  }
  if (PyErr_Occurred()) keep_exception((PyObject *)user);
  PyGILState_Release(state);
  return stop;
}

// Ends of batches come at most each 100 ms: often enough for a progress bar and for Ctrl-C, and a fit that shares
// the interpreter with other threads does not wait for their switch interval in each batch.
static int32_t report_at_times(void *user, int32_t event, int64_t epoch, int64_t step, int64_t steps,
                               const double *values, int64_t value_count) {
  static _Thread_local int64_t last = 0;
  struct timespec clock;
  clock_gettime(CLOCK_MONOTONIC, &clock);
  int64_t now = (int64_t)clock.tv_sec * 1000 + clock.tv_nsec / 1000000;
  if (event == DENSE_EVENT_BATCH_END && now - last < 100) return 0;
  last = now;
  return report_every_event(user, event, epoch, step, steps, values, value_count);
}

// fit_options_set_progress(options, callable or None, every_batch)
static PyObject *py_fit_options_set_progress(PyObject *module, PyObject *const *args, Py_ssize_t count) {
  (void)module;
  dense_fit_options *options;
  if (!take_count("fit_options_set_progress", count, 3) || !take_handle(args[0], (void **)&options)) return NULL;
  int every_batch = PyObject_IsTrue(args[2]);
  if (every_batch < 0) return NULL;
  dense_progress_callback callback = args[1] == Py_None ? NULL : every_batch ? report_every_event : report_at_times;
  dense_status status = library.fit_options_set_progress(options, callback, args[1]);
  return status == DENSE_OK ? give_none() : give_failure(status);
}

#include "_native_quick_call.h"

// MARK: Module

// load(path, version, make_error): opens the library at `path`, which must be of `version`;
// make_error(status, message) makes the exception of a failed call.
static PyObject *py_load(PyObject *module, PyObject *const *args, Py_ssize_t count) {
  (void)module;
  const char *path = NULL, *version = NULL;
  if (count != 3) {
    PyErr_SetString(PyExc_TypeError, "load() takes a path, a version and a maker of exceptions");
    return NULL;
  }
  if (!take_text(args[0], &path) || !take_text(args[1], &version)) return NULL;
  void *image = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (image == NULL) {
    PyErr_Format(PyExc_ImportError, "cannot load libdense: %s", dlerror());
    return NULL;
  }
  const char *(*found_version)(void) = NULL;
  *(void **)&found_version = dlsym(image, "dense_version");
  const char *found = found_version == NULL ? "of no version" : found_version();
  if (strcmp(found, version) != 0) {
    PyErr_Format(PyExc_ImportError, "densepy %s needs libdense %s, but %s is libdense %s", version, version, path,
                 found);
    dlclose(image);
    return NULL;
  }
#define RESOLVE(NAME)                                                            \
  *(void **)&library.NAME = dlsym(image, "dense_" #NAME);                        \
  if (library.NAME == NULL) {                                                    \
    PyErr_Format(PyExc_ImportError, "%s has no function dense_%s", path, #NAME); \
    dlclose(image);                                                              \
    return NULL;                                                                 \
  }
  DENSE_FUNCTIONS(RESOLVE)
  PyObject *previous = error_maker;
  error_maker = Py_NewRef(args[2]);
  Py_XDECREF(previous);
  library_image = image;
  return give_none();
}

#define METHOD(NAME) {#NAME, (PyCFunction)(void (*)(void))py_##NAME, METH_FASTCALL, NULL},
// clang-format off
static PyMethodDef methods[] = {
  METHOD(load)
  METHOD(fit_options_set_progress)
  DENSE_METHODS
  {NULL, NULL, 0, NULL},
};
// clang-format on

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "densepy._native",
    .m_doc = "The C ABI of libdense as Python functions.",
    .m_size = -1,
    .m_methods = methods,
};

PyMODINIT_FUNC PyInit__native(void) {
  PyObject *module = PyModule_Create(&definition);
  if (module == NULL) return NULL;
  PyObject *type = PyType_FromModuleAndSpec(module, &quick_call_spec, NULL);
  if (type == NULL || PyModule_AddObjectRef(module, "QuickCall", type) != 0) Py_CLEAR(module);
  Py_XDECREF(type);
  return module;
}
