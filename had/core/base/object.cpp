#include "had/core/base/object.hpp"

namespace had::core {

std::string to_string(const ObjectId& object) {
    if (object.kind == ObjectKind::slot) return "slot " + object.name;
    if (object.kind == ObjectKind::peer) return "peer " + object.name;
    if (object.kind == ObjectKind::module) return "module " + object.name;
    return object.name;
}

} // namespace had::core
