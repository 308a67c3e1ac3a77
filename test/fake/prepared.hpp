// What a kernel of the tests makes of an operation that is to lie ready.
#pragma once

#include "had/core/action/kernel.hpp"

#include <utility>

namespace had::test {

// `Of` has `sent_ready`, which is told of each that is sent, before it is applied.
template <class Of>
class Ready final : public core::Prepared {
public:
    Ready(Of& of, core::Operation operation) : kernel_(of), operation_(std::move(operation)) {}
    core::ActionResult send() override {
        kernel_.sent_ready(operation_);
        return kernel_.apply(operation_);
    }

private:
    Of& kernel_;
    const core::Operation operation_;
};

} // namespace had::test
