//! Reading from the pool or inside a transaction, by the same functions.

use crate::tx::at_most_one;
use crate::{Db, DbError, FromRow, IntoArgs, Statement, Tx};

/// Where rows are read from: `&Db` for what is committed, [`Tx`] for what this transaction sees.
///
/// ```
/// use simpul_db::{Db, DbError, Source, Tx, args, statements};
/// statements! { COUNT: system("example") = "select count(*) from posts"; }
/// async fn count(from: &mut impl Source) -> Result<i64, DbError> {
///     from.one(&COUNT, args![]).await
/// }
/// async fn both(db: &Db, tx: &mut Tx) -> Result<(i64, i64), DbError> {
///     Ok((count(&mut &*db).await?, count(tx).await?))
/// }
/// ```
pub trait Source: Send {
    /// Every row.
    fn all<K: 'static, T: FromRow>(
        &mut self,
        statement: &'static Statement<K>,
        args: impl IntoArgs<K>,
    ) -> impl Future<Output = Result<Vec<T>, DbError>> + Send;

    /// The row, if there is one. Errors: more than one row.
    fn opt<K: 'static, T: FromRow>(
        &mut self,
        statement: &'static Statement<K>,
        args: impl IntoArgs<K>,
    ) -> impl Future<Output = Result<Option<T>, DbError>> + Send {
        async move { at_most_one(statement.info.name(), self.all(statement, args).await?) }
    }

    /// The row. Errors: [`DbError::NotFound`], more than one row.
    fn one<K: 'static, T: FromRow>(
        &mut self,
        statement: &'static Statement<K>,
        args: impl IntoArgs<K>,
    ) -> impl Future<Output = Result<T, DbError>> + Send {
        let name = statement.info.name();
        async move {
            self.opt(statement, args)
                .await?
                .ok_or(DbError::NotFound { statement: name })
        }
    }
}

impl Source for &Db {
    async fn all<K: 'static, T: FromRow>(
        &mut self,
        statement: &'static Statement<K>,
        args: impl IntoArgs<K>,
    ) -> Result<Vec<T>, DbError> {
        Db::all(self, statement, args).await
    }
}

impl Source for Tx {
    async fn all<K: 'static, T: FromRow>(
        &mut self,
        statement: &'static Statement<K>,
        args: impl IntoArgs<K>,
    ) -> Result<Vec<T>, DbError> {
        Tx::all(self, statement, args).await
    }
}
