//! What needs the network is said once: its name, its arguments, and the Python object that comes of it.

/// Operations of a client. Each becomes a method of [`super::ClientFlows`], which returns the flow, and one of [`super::Client`],
/// which runs it. The block sees the first argument as the core's client and gives the core's operation.
macro_rules! operations {
    ($(
        $(#[doc = $doc:expr])+
        $(#[pyo3($($signature:tt)*)])?
        fn $name:ident($client:ident $(, $($arguments:tt)*)?) -> $shape:ident $operation:block
    )+) => {
        #[pymethods]
        impl ClientFlows {
            $(
                #[doc = concat!("`Client.", stringify!($name), "` as a flow.")]
                $(#[pyo3($($signature)*)])?
                #[allow(clippy::too_many_arguments)] // Python's keyword arguments
                fn $name(&self, py: Python<'_>, $($($arguments)*)?) -> PyResult<Flow> {
                    let $client = &self.client;
                    guard(py, || Ok(Flow::new($operation, Shape::$shape)))
                }
            )+
        }

        #[pymethods]
        impl Client {
            $(
                $(#[doc = $doc])+
                $(#[pyo3($($signature)*)])?
                #[allow(clippy::too_many_arguments)] // Python's keyword arguments
                fn $name(&self, py: Python<'_>, $($($arguments)*)?) -> PyResult<Py<PyAny>> {
                    let $client = &self.flows.get().client;
                    guard(py, || Ok(Flow::new($operation, Shape::$shape)))?.run(py)
                }
            )+
        }
    };
}

pub(super) use operations;
