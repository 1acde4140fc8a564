#include "connxruntime.h"
#include <dlfcn.h>

const connx_base *connx_open(const char *path, const char **reason) {
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        *reason = dlerror();
        return NULL;
    }
    const connx_base *(*base)(void) = (const connx_base *(*)(void))dlsym(library, "OrtGetApiBase");
    if (!base) {
        *reason = "it does not export OrtGetApiBase";
        dlclose(library);
        return NULL;
    }
    return base();
}
