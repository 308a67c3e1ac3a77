// A value that is changed for the length of a scope.
#pragma once

namespace had {

// Has its value again when the scope ends, however it ends.
template <class T>
class Restored {
public:
    explicit Restored(T& what) : what_(what), was_(what) {}
    Restored(const Restored&) = delete;
    Restored& operator=(const Restored&) = delete;
    ~Restored() { what_ = was_; }

private:
    T& what_;
    const T was_;
};

} // namespace had
