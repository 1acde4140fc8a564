#include "cdata.h"

#define EMBED(name, file) \
    __asm__(".section .rodata\n" \
            ".global cdata_" #name "\n" \
            ".global cdata_" #name "_end\n" \
            ".balign 16\n" \
            "cdata_" #name ":\n" \
            ".incbin \"" DATA_FOLDER "/" file "\"\n" \
            "cdata_" #name "_end:\n" \
            ".byte 0\n" \
            ".previous\n");

EMBED(kube_messages, "kube-messages.json")
EMBED(kube_lists, "kube-lists.json")
EMBED(spdy_dictionary, "spdy3.dictionary")
EMBED(kserve_crds, "kserve-crds.yaml")
EMBED(kserve_objects, "kserve-objects.yaml")
EMBED(gateway_crds, "gateway-crds.yaml")
