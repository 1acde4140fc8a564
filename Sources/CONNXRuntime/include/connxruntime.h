#ifndef CONNXRUNTIME_H
#define CONNXRUNTIME_H
/* The part of onnxruntime's C interface that is called. Its packages bring no header, and the library is opened when the
   first model wants it, so what is needed is declared here: the interface is a table of functions that never move, new
   ones come behind the last, and a function is called by its place. Functions and types have the library's own names. */
#include <stddef.h>
#include <stdint.h>

typedef struct OrtStatus OrtStatus;
typedef struct OrtEnv OrtEnv;
typedef struct OrtSession OrtSession;
typedef struct OrtSessionOptions OrtSessionOptions;
typedef struct OrtRunOptions OrtRunOptions;
typedef struct OrtValue OrtValue;
typedef struct OrtMemoryInfo OrtMemoryInfo;
typedef struct OrtArenaCfg OrtArenaCfg;
typedef struct OrtAllocator OrtAllocator;
typedef struct OrtTensorTypeAndShapeInfo OrtTensorTypeAndShapeInfo;

/* OrtApi, as places. */
typedef const void *const *connx_table;

/* OrtApiBase: what the library's one exported function returns. */
typedef struct {
    connx_table (*GetApi)(uint32_t version);
    const char *(*GetVersionString)(void);
} connx_base;

/* Opens the library; NULL where that cannot be done, and why. What is open stays open. */
const connx_base *connx_open(const char *path, const char **reason);

/* The versions of OrtApi for which the places below hold; below the first, GetResizedStringTensorElementBuffer is missing. */
enum { CONNX_VERSION_MIN = 15, CONNX_VERSION_MAX = 29 };

enum { CONNX_LOG_FATAL = 4, CONNX_ARENA_ALLOCATOR = 1, CONNX_MEMORY_DEFAULT = 0, CONNX_EXTEND_AS_REQUESTED = 1 };

/* ONNXType */
enum {
    CONNX_TYPE_TENSOR = 1,
    CONNX_TYPE_SEQUENCE = 2,
    CONNX_TYPE_MAP = 3,
};

/* Calls that may fail: NULL is success. */
#define CONNX_CALL(place, name, arguments, ...)                                       \
    static inline OrtStatus *connx_##name(connx_table table, __VA_ARGS__) {           \
        return ((OrtStatus * (*)(__VA_ARGS__)) table[place]) arguments;               \
    }

/* Calls that let go of what the library made; they take NULL. */
#define CONNX_RELEASE(place, type)                                                    \
    static inline void connx_Release##type(connx_table table, Ort##type *object) {    \
        ((void (*)(Ort##type *))table[place])(object);                                \
    }

static inline const char *connx_GetErrorMessage(connx_table table, const OrtStatus *status) {
    return ((const char *(*)(const OrtStatus *))table[2])(status);
}

CONNX_CALL(3, CreateEnv, (level, name, made), int level, const char *name, OrtEnv **made)
CONNX_CALL(7, CreateSession, (env, path, options, made),
           const OrtEnv *env, const char *path, const OrtSessionOptions *options, OrtSession **made)
CONNX_CALL(8, CreateSessionFromArray, (env, bytes, count, options, made),
           const OrtEnv *env, const void *bytes, size_t count, const OrtSessionOptions *options, OrtSession **made)
CONNX_CALL(9, Run, (session, options, names, inputs, count, wanted, wanted_count, outputs),
           OrtSession *session, const OrtRunOptions *options,
           const char *const *names, const OrtValue *const *inputs, size_t count,
           const char *const *wanted, size_t wanted_count, OrtValue **outputs)
CONNX_CALL(10, CreateSessionOptions, (made), OrtSessionOptions **made)
CONNX_CALL(17, DisableMemPattern, (options), OrtSessionOptions *options)
CONNX_CALL(24, SetIntraOpNumThreads, (options, count), OrtSessionOptions *options, int count)
CONNX_CALL(25, SetInterOpNumThreads, (options, count), OrtSessionOptions *options, int count)
CONNX_CALL(130, AddSessionConfigEntry, (options, key, value),
           OrtSessionOptions *options, const char *key, const char *value)
CONNX_CALL(39, CreateRunOptions, (made), OrtRunOptions **made)
CONNX_CALL(46, RunOptionsSetTerminate, (options), OrtRunOptions *options)
CONNX_CALL(165, AddRunConfigEntry, (options, key, value), OrtRunOptions *options, const char *key, const char *value)
CONNX_CALL(69, CreateCpuMemoryInfo, (allocator, memory, made), int allocator, int memory, OrtMemoryInfo **made)
CONNX_CALL(156, CreateArenaCfg, (bytes_max, extension, first_bytes, dead_bytes_max, made),
           size_t bytes_max, int extension, int first_bytes, int dead_bytes_max, OrtArenaCfg **made)
CONNX_CALL(144, CreateAndRegisterAllocator, (env, memory, arena),
           OrtEnv *env, const OrtMemoryInfo *memory, const OrtArenaCfg *arena)
CONNX_CALL(78, GetAllocatorWithDefaultOptions, (made), OrtAllocator **made)

CONNX_CALL(48, CreateTensorAsOrtValue, (allocator, shape, axes, type, made),
           OrtAllocator *allocator, const int64_t *shape, size_t axes, int type, OrtValue **made)
CONNX_CALL(49, CreateTensorWithDataAsOrtValue, (memory, bytes, count, shape, axes, type, made),
           const OrtMemoryInfo *memory, void *bytes, size_t count,
           const int64_t *shape, size_t axes, int type, OrtValue **made)
CONNX_CALL(82, CreateValue, (values, count, type, made),
           const OrtValue *const *values, size_t count, int type, OrtValue **made)
CONNX_CALL(252, GetResizedStringTensorElementBuffer, (value, index, count, buffer),
           OrtValue *value, size_t index, size_t count, char **buffer)
CONNX_CALL(192, HasValue, (value, has), const OrtValue *value, int *has)
CONNX_CALL(67, GetValueType, (value, type), const OrtValue *value, int *type)
CONNX_CALL(81, GetValueCount, (value, count), const OrtValue *value, size_t *count)
CONNX_CALL(80, GetValue, (value, index, allocator, made),
           const OrtValue *value, int index, OrtAllocator *allocator, OrtValue **made)
CONNX_CALL(51, GetTensorMutableData, (value, bytes), OrtValue *value, void **bytes)
CONNX_CALL(53, GetStringTensorDataLength, (value, count), const OrtValue *value, size_t *count)
CONNX_CALL(54, GetStringTensorContent, (value, bytes, count, starts, elements),
           const OrtValue *value, void *bytes, size_t count, size_t *starts, size_t elements)
CONNX_CALL(65, GetTensorTypeAndShape, (value, made), const OrtValue *value, OrtTensorTypeAndShapeInfo **made)
CONNX_CALL(60, GetTensorElementType, (info, type), const OrtTensorTypeAndShapeInfo *info, int *type)
CONNX_CALL(61, GetDimensionsCount, (info, axes), const OrtTensorTypeAndShapeInfo *info, size_t *axes)
CONNX_CALL(62, GetDimensions, (info, shape, axes), const OrtTensorTypeAndShapeInfo *info, int64_t *shape, size_t axes)

CONNX_RELEASE(93, Status)
CONNX_RELEASE(94, MemoryInfo)
CONNX_RELEASE(95, Session)
CONNX_RELEASE(96, Value)
CONNX_RELEASE(97, RunOptions)
CONNX_RELEASE(99, TensorTypeAndShapeInfo)
CONNX_RELEASE(100, SessionOptions)
CONNX_RELEASE(157, ArenaCfg)
#endif
