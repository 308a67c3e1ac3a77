// Of an answer that this hadctl cannot read: a newer daemon's, say.
#pragma once

#include "had/control/client.hpp"

#include <optional>
#include <utility>

namespace had::hadctl {

// Throws control::ClientError.
template <class T>
T understood(std::optional<T> value) {
    if (!value)
        throw control::ClientError(control::Exit::failed, "the daemon answers what this hadctl does not understand");
    return *std::move(value);
}

} // namespace had::hadctl
