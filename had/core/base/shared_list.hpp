// A list whose elements are shared with its copies, until one of them is changed: a copy costs next to nothing, and to
// compare it costs nothing where it still shares.
//
// Whoever reads it sees plain elements.  Whoever gets at one to change it gets one of its own; a reference to what it
// was before shows the old one.
#pragma once

#include <compare>
#include <cstddef>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace had::core {

template <class T>
class SharedList {
public:
    using value_type = T;

    class const_iterator {
    public:
        using iterator_category = std::random_access_iterator_tag;
        using value_type = T;
        using difference_type = std::ptrdiff_t;
        using pointer = const T*;
        using reference = const T&;

        const_iterator() = default;
        explicit const_iterator(const std::shared_ptr<T>* at) : at_(at) {}
        reference operator*() const { return **at_; }
        pointer operator->() const { return at_->get(); }
        reference operator[](difference_type n) const { return *at_[n]; }
        const_iterator& operator++() { return *this += 1; }
        const_iterator& operator--() { return *this -= 1; }
        const_iterator operator++(int) { return std::exchange(*this, *this + 1); }
        const_iterator operator--(int) { return std::exchange(*this, *this - 1); }
        const_iterator& operator+=(difference_type n) { return at_ += n, *this; }
        const_iterator& operator-=(difference_type n) { return at_ -= n, *this; }
        friend const_iterator operator+(const_iterator a, difference_type n) { return a += n; }
        friend const_iterator operator+(difference_type n, const_iterator a) { return a += n; }
        friend const_iterator operator-(const_iterator a, difference_type n) { return a -= n; }
        friend difference_type operator-(const_iterator a, const_iterator b) { return a.at_ - b.at_; }
        friend auto operator<=>(const const_iterator&, const const_iterator&) = default;

    private:
        const std::shared_ptr<T>* at_ = nullptr;
    };

    SharedList() = default;
    SharedList(std::initializer_list<T> all) {
        for (const T& one : all) push_back(one);
    }

    [[nodiscard]] const_iterator begin() const { return const_iterator(all_.data()); }
    [[nodiscard]] const_iterator end() const { return const_iterator(all_.data() + all_.size()); }
    [[nodiscard]] std::size_t size() const { return all_.size(); }
    [[nodiscard]] bool empty() const { return all_.empty(); }
    [[nodiscard]] const T& operator[](std::size_t i) const { return *all_[i]; }
    [[nodiscard]] const T& at(std::size_t i) const { return *all_.at(i); }
    [[nodiscard]] const T& front() const { return *all_.front(); }
    [[nodiscard]] const T& back() const { return *all_.back(); }

    // To change it.
    [[nodiscard]] T& operator[](std::size_t i) { return own(all_[i]); }
    [[nodiscard]] T& at(std::size_t i) { return own(all_.at(i)); }
    [[nodiscard]] T& front() { return own(all_.front()); }
    [[nodiscard]] T& back() { return own(all_.back()); }
    template <class F>
    void change_each(F change) {
        for (std::shared_ptr<T>& one : all_) change(own(one));
    }
    void reserve(std::size_t n) { all_.reserve(n); }
    void push_back(T value) { all_.push_back(std::make_shared<T>(std::move(value))); }
    // The element of another list, as it is.
    void share(const SharedList& other, std::size_t i) { all_.push_back(other.all_.at(i)); }
    void set(std::size_t i, T value) { all_.at(i) = std::make_shared<T>(std::move(value)); }
    void clear() { all_.clear(); }
    void resize(std::size_t n) {
        while (all_.size() < n) push_back({});
        all_.resize(n);
    }

    // Whether both have the very same element at that place: then it is equal.
    [[nodiscard]] bool shares(std::size_t i, const SharedList& other) const {
        return i < all_.size() && i < other.all_.size() && all_[i] == other.all_[i];
    }
    friend bool operator==(const SharedList& a, const SharedList& b) {
        if (a.size() != b.size()) return false;
        for (std::size_t i = 0; i < a.size(); ++i)
            if (!a.shares(i, b) && !(a[i] == b[i])) return false;
        return true;
    }

private:
    static T& own(std::shared_ptr<T>& one) {
        if (one.use_count() > 1) one = std::make_shared<T>(*one);
        return *one;
    }

    std::vector<std::shared_ptr<T>> all_;
};

// One of many by its name.  Null: there is none.
template <class T>
const T* named(const SharedList<T>& all, std::string_view name) {
    for (const T& one : all)
        if (one.name == name) return &one;
    return nullptr;
}

} // namespace had::core
