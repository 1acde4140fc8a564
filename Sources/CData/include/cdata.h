#ifndef CDATA_H
#define CDATA_H
/* Files of the repository that the program carries inside itself. One line here and one in data.c for each. */
#define CDATA_DECLARE(name) \
    extern const unsigned char cdata_##name[]; \
    extern const long cdata_##name##_length; \
    static inline const unsigned char *cdata_##name##_start_address(void) { return cdata_##name; } \
    static inline long cdata_##name##_size(void) { return cdata_##name##_length; }

CDATA_DECLARE(kube_messages)   /* field numbers and types of Kubernetes' own messages */
CDATA_DECLARE(kube_lists)      /* how the lists of those messages merge, and what must be there */
CDATA_DECLARE(spdy_dictionary) /* the zlib dictionary of SPDY/3 */
CDATA_DECLARE(decompositions)  /* compatibility decompositions of Unicode, one line a character */
CDATA_DECLARE(parity)          /* what came of comparing models with their libraries, written by make parity RECORD=1 */
CDATA_DECLARE(kserve_crds)     /* CustomResourceDefinitions, one YAML stream */
CDATA_DECLARE(roost_crds)      /* CustomResourceDefinitions of Roost's own kinds, one YAML stream */
CDATA_DECLARE(kserve_objects)  /* runtimes, inferenceservice-config, gateway: what exists at start, one YAML stream */
CDATA_DECLARE(knative_crds)    /* CustomResourceDefinitions of serving.knative.dev, one YAML stream */
CDATA_DECLARE(knative_objects) /* Knative's namespace and ConfigMaps, one YAML stream */
CDATA_DECLARE(gateway_crds)    /* CustomResourceDefinitions of the Gateway API, one YAML stream */
CDATA_DECLARE(python_worker)   /* the program that answers for models which are not native */
CDATA_DECLARE(grpc_descriptors)      /* FileDescriptorSet of health and reflection, made by scripts/make-descriptors.py */
CDATA_DECLARE(inference_descriptors) /* FileDescriptorSet of the inference service, made likewise */
CDATA_DECLARE(keda)           /* ScaledObject's definition */
CDATA_DECLARE(autoscaler)     /* PodAutoscaler's definition and the ConfigMap config-autoscaler, one YAML stream */
#endif
