#include "cdata.h"

/* Embedded by the compiler, not the assembler, so that a build sees when one of the files has changed. */
#pragma clang diagnostic ignored "-Wc23-extensions"

#define CDATA_SIZE(name) const long cdata_##name##_length = sizeof cdata_##name;

const unsigned char cdata_kube_messages[] = {
#embed "data/kube-messages.json"
};
CDATA_SIZE(kube_messages)

const unsigned char cdata_kube_lists[] = {
#embed "data/kube-lists.json"
};
CDATA_SIZE(kube_lists)

const unsigned char cdata_spdy_dictionary[] = {
#embed "data/spdy3.dictionary"
};
CDATA_SIZE(spdy_dictionary)

const unsigned char cdata_parity[] = {
#embed "data/parity.json"
};
CDATA_SIZE(parity)

const unsigned char cdata_decompositions[] = {
#embed "data/decompositions.txt"
};
CDATA_SIZE(decompositions)

const unsigned char cdata_kserve_crds[] = {
#embed "data/kserve-crds.yaml"
};
CDATA_SIZE(kserve_crds)

const unsigned char cdata_roost_crds[] = {
#embed "data/roost-crds.yaml"
};
CDATA_SIZE(roost_crds)

const unsigned char cdata_kserve_objects[] = {
#embed "data/kserve-objects.yaml"
};
CDATA_SIZE(kserve_objects)

const unsigned char cdata_knative_crds[] = {
#embed "data/knative-crds.yaml"
};
CDATA_SIZE(knative_crds)

const unsigned char cdata_knative_objects[] = {
#embed "data/knative-objects.yaml"
};
CDATA_SIZE(knative_objects)

const unsigned char cdata_gateway_crds[] = {
#embed "data/gateway-crds.yaml"
};
CDATA_SIZE(gateway_crds)

const unsigned char cdata_python_worker[] = {
#embed "data/python/worker.py"
};
CDATA_SIZE(python_worker)

const unsigned char cdata_grpc_descriptors[] = {
#embed "data/grpc/services.binpb"
};
CDATA_SIZE(grpc_descriptors)

const unsigned char cdata_inference_descriptors[] = {
#embed "data/grpc/inference.binpb"
};
CDATA_SIZE(inference_descriptors)

const unsigned char cdata_keda[] = {
#embed "data/keda.yaml"
};
CDATA_SIZE(keda)

const unsigned char cdata_autoscaler[] = {
#embed "data/autoscaler.yaml"
};
CDATA_SIZE(autoscaler)
