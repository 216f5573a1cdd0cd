// QuickCall: the base of classes whose objects are called on an array of rows, as `object(x)` or `object(x, out=y)`.
//
// Arrays of float32 as they should be go from here to the engine at once. Every other call becomes `object._call` with
// the same arguments, which converts what it can and says what is wrong with the rest. Included by _native.c.

// Multiplications from which on a call lets other Python threads run meanwhile: some microseconds. Giving the
// interpreter's lock away and taking it back costs as much as a small network's row.
enum { WORTH_UNLOCKING = 100000 };

typedef struct quick_call {
  PyObject ob_base;
  // What is run: NULL where no call is quick.
  void *handle;
  int is_predictor;
  int64_t inputs, outputs;
  // Multiplications of a row.
  int64_t row_work;
  // (1, outputs): the shape of most results.
  PyObject *row_shape;
} quick_call;

// What NumPy gives: the types that are quick, and what makes a result.
static PyObject *array_type = NULL, *empty_function = NULL, *float32 = NULL;
static PyObject *dtype_name = NULL, *out_name = NULL, *slow_name = NULL;

static int find_numpy(void) {
  if (slow_name != NULL) return 1;
  PyObject *numpy = PyImport_ImportModule("numpy");
  if (numpy == NULL) return 0;
  array_type = PyObject_GetAttrString(numpy, "ndarray");
  empty_function = PyObject_GetAttrString(numpy, "empty");
  float32 = PyObject_CallMethod(numpy, "dtype", "s", "f4");
  dtype_name = PyUnicode_InternFromString("dtype");
  out_name = PyUnicode_InternFromString("out");
  Py_DECREF(numpy);
  if (array_type == NULL || empty_function == NULL || float32 == NULL || dtype_name == NULL || out_name == NULL)
    return 0;
  slow_name = PyUnicode_InternFromString("_call");
  return slow_name != NULL;
}

// Whether `array` has `columns` float32 columns and at least one row, aligned and without gaps. Sets no exception; where
// it says yes, the caller releases the view.
static int is_matrix(PyObject *array, int flags, int64_t columns, Py_buffer *view) {
  if ((PyObject *)Py_TYPE(array) != array_type) return 0;
  // NumPy would write the format anew for each view, and wait for what it has just written.
  PyObject *type = PyObject_GetAttr(array, dtype_name);
  Py_XDECREF(type);
  if (type != float32 || PyObject_GetBuffer(array, view, flags | PyBUF_C_CONTIGUOUS) != 0) {
    PyErr_Clear();
    return 0;
  }
  if (view->ndim == 2 && view->shape[0] > 0 && view->shape[1] == columns && (uintptr_t)view->buf % sizeof(float) == 0)
    return 1;
  PyBuffer_Release(view);
  return 0;
}

static int overlap(const Py_buffer *a, const Py_buffer *b) {
  uintptr_t first = (uintptr_t)a->buf, second = (uintptr_t)b->buf;
  return first < second + (uintptr_t)b->len && second < first + (uintptr_t)a->len;
}

// A new array of rows x outputs, and where its values go.
static PyObject *make_result(quick_call *self, int64_t rows, Py_buffer *view) {
  PyObject *shape =
      rows == 1 ? Py_NewRef(self->row_shape) : Py_BuildValue("(LL)", (long long)rows, (long long)self->outputs);
  if (shape == NULL) return NULL;
  PyObject *result = PyObject_CallFunctionObjArgs(empty_function, shape, float32, NULL);
  Py_DECREF(shape);
  if (result != NULL && PyObject_GetBuffer(result, view, PyBUF_C_CONTIGUOUS | PyBUF_WRITABLE) != 0) Py_CLEAR(result);
  return result;
}

static dense_status run_rows(const quick_call *self, const Py_buffer *rows, const Py_buffer *result) {
  int64_t count = rows->shape[0], values = count * self->outputs;
  if (self->is_predictor)
    return library.predictor_run(self->handle, rows->buf, count, self->inputs, result->buf, values);
  return library.network_predict(self->handle, rows->buf, count, self->inputs, result->buf, values);
}

// Whether the call is a quick one, which then gives `*result`, a new reference, or NULL with an exception set.
static int call_quickly(quick_call *self, PyObject *array, PyObject *out, PyObject **result) {
  Py_buffer rows, target;
  if (!is_matrix(array, 0, self->inputs, &rows)) return 0;
  if (out == Py_None) {
    *result = make_result(self, rows.shape[0], &target);
    if (*result == NULL) {
      PyBuffer_Release(&rows);
      return 1;
    }
  } else {
    if (!is_matrix(out, PyBUF_WRITABLE, self->outputs, &target)) {
      PyBuffer_Release(&rows);
      return 0;
    }
    if (target.shape[0] != rows.shape[0] || overlap(&rows, &target)) {
      PyBuffer_Release(&target);
      PyBuffer_Release(&rows);
      return 0;
    }
    *result = Py_NewRef(out);
  }
  dense_status status;
  if (rows.shape[0] >= WORTH_UNLOCKING || rows.shape[0] * self->row_work >= WORTH_UNLOCKING) {
    // Another thread may give the object another network meanwhile.
    quick_call running = *self;
    Py_BEGIN_ALLOW_THREADS
    status = run_rows(&running, &rows, &target);
    Py_END_ALLOW_THREADS
  } else {
    status = run_rows(self, &rows, &target);
  }
  PyBuffer_Release(&target);
  PyBuffer_Release(&rows);
  if (status != DENSE_OK) {
    Py_DECREF(*result);
    *result = give_failure(status);
  }
  return 1;
}

// Whether the call is one with an array and perhaps `out`, which a predictor takes as its second argument too.
static int take_call(quick_call *self, PyObject *arguments, PyObject *keywords, PyObject **array, PyObject **out) {
  Py_ssize_t count = PyTuple_Size(arguments), named = keywords == NULL ? 0 : PyDict_Size(keywords);
  if (count < 1 || count + named > 2) return 0;
  *array = PyTuple_GetItem(arguments, 0);
  *out = Py_None;
  if (named == 1) *out = PyDict_GetItemWithError(keywords, out_name);
  if (count == 2) *out = self->is_predictor ? PyTuple_GetItem(arguments, 1) : NULL;
  return *out != NULL;
}

static PyObject *call_quick_or_slow(PyObject *object, PyObject *arguments, PyObject *keywords) {
  quick_call *self = (quick_call *)object;
  PyObject *array, *out, *result;
  if (self->handle != NULL && take_call(self, arguments, keywords, &array, &out) &&
      call_quickly(self, array, out, &result))
    return result;
  if (PyErr_Occurred() || !find_numpy()) return NULL;
  PyObject *slow = PyObject_GetAttr(object, slow_name);
  if (slow == NULL) return NULL;
  result = PyObject_Call(slow, arguments, keywords);
  Py_DECREF(slow);
  return result;
}

// _aim(handle, inputs, outputs, row_work, is_predictor): what quick calls run from now on; handle 0 for nothing.
static PyObject *aim_quick_call(PyObject *object, PyObject *arguments) {
  quick_call *self = (quick_call *)object;
  unsigned long long handle;
  long long inputs, outputs, row_work;
  int is_predictor;
  if (!find_numpy() || !PyArg_ParseTuple(arguments, "KLLLp", &handle, &inputs, &outputs, &row_work, &is_predictor))
    return NULL;
  PyObject *shape = Py_BuildValue("(iL)", 1, outputs), *previous = self->row_shape;
  if (shape == NULL) return NULL;
  self->handle = (void *)(uintptr_t)handle;
  self->is_predictor = is_predictor;
  self->inputs = inputs;
  self->outputs = outputs;
  self->row_work = row_work;
  self->row_shape = shape;
  Py_XDECREF(previous);
  return give_none();
}

static void free_quick_call(PyObject *object) {
  PyTypeObject *type = Py_TYPE(object);
  Py_XDECREF(((quick_call *)object)->row_shape);
  freefunc release = (freefunc)PyType_GetSlot(type, Py_tp_free);
  release(object);
  Py_DECREF(type);
}

#include "_native_quick_training.h"

static PyMethodDef quick_call_methods[] = {
    {"_aim", aim_quick_call, METH_VARARGS, NULL},
    {"_train_quickly", (PyCFunction)(void (*)(void))train_quickly, METH_FASTCALL, NULL},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot quick_call_slots[] = {
    {Py_tp_call, (void *)call_quick_or_slow},
    {Py_tp_dealloc, (void *)free_quick_call},
    {Py_tp_methods, quick_call_methods},
    {0, NULL},
};

static PyType_Spec quick_call_spec = {
    .name = "densepy._native.QuickCall",
    .basicsize = sizeof(quick_call),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .slots = quick_call_slots,
};
